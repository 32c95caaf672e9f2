"""`import inkstream`."""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import inkstream
from model.checkpoint import find_checkpoints

ROOT = Path(__file__).parents[2]

HEAVY = ("torch", "numpy", "fastapi", "pydantic", "httpx2", "orjson", "websockets", "app", "model", "training")


def test_importing_it_takes_no_time() -> None:
    """Nothing of ours or of others is imported before something is used."""
    code = f"import sys, inkstream; print([name for name in {HEAVY} if name in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert found.stdout == "[]\n"


def test_every_name_is_there() -> None:
    """What it says that it has can be had, and is what the module says that has it."""
    for name in dir(inkstream):
        assert getattr(inkstream, name).__name__ == name
    assert sorted(inkstream.HOMES) == inkstream.__all__


def test_a_slip_is_an_attribute_error() -> None:
    """As of any module."""
    with pytest.raises(AttributeError, match="has no attribute 'drwa'"):
        getattr(inkstream, "drwa")  # noqa: B009 - mypy knows that it is none


def test_the_networks_come_with_the_package() -> None:
    """`pip install .` is enough to draw: what pyproject.toml names as data are both files of every checkpoint."""
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["package-data"]["inkstream"]
    taken = {path for pattern in patterns for path in (ROOT / "inkstream").glob(pattern)}
    folders = find_checkpoints(ROOT / "inkstream/checkpoints")
    assert [folder.name for folder in folders] == [folder.name for folder in find_checkpoints(ROOT / "checkpoints")]
    assert {folder / name for folder in folders for name in ("model.pt", "card.json")} <= taken
