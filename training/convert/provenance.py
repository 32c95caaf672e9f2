"""What a card says of the code that made a checkpoint."""

import contextlib
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import torch

ROOT = Path(__file__).resolve().parents[2]


def commit(root: Path = ROOT) -> str:
    """The commit that the code stands at; empty outside a repository, in another project's, and without git."""
    try:
        found = subprocess.run(
            ["git", "rev-parse", "HEAD", "--show-toplevel"],  # noqa: S607 - git from PATH, as a person would call it
            cwd=root,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return ""
    head, _, top = found.stdout.strip().partition("\n")
    return head if top and Path(top).resolve() == root else ""


def versions() -> dict[str, str]:
    """Of Python and the packages that decide what comes out."""
    found = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}
    with contextlib.suppress(PackageNotFoundError):
        found["inkstream"] = version("inkstream")
    return found


def written(text: str) -> str:
    """A text as a card can hold it: what is no Unicode, as some names of files are, is escaped."""
    return text.encode(errors="backslashreplace").decode()
