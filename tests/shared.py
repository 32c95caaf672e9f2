"""Real drawings for tests, where this machine has them."""

import os
from pathlib import Path

import pytest

FOLDER = Path(os.environ.get("INKSTREAM_SHARED_DATA", Path(__file__).parents[2] / "shared" / "data"))


def shared(name: str) -> Path:
    """A file of the shared data; the test is skipped where it is absent."""
    path = FOLDER / name
    if not path.exists():
        pytest.skip(f"needs {name} of the shared data, which INKSTREAM_SHARED_DATA can point to")
    return path
