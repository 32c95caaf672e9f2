"""What a card says of the code that made a checkpoint."""

import contextlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch


def commit() -> str:
    """The commit that the code stands at, empty outside a repository."""
    here = Path(__file__).parent
    found = subprocess.run(
        ["git", "rev-parse", "HEAD"],  # noqa: S607 - git from PATH, as a person would call it
        cwd=here,
        capture_output=True,
        text=True,
        check=False,
    )
    return found.stdout.strip()


def versions() -> dict[str, str]:
    """Of Python and the packages that decide what comes out."""
    found = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    with contextlib.suppress(PackageNotFoundError):
        found["inkstream"] = version("inkstream")
    return found
