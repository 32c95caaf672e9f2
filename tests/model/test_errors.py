"""The error tree, and what is said where a package is lacking."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from model import errors
from model.errors import how_to_install

ROOT = Path(__file__).parents[2]


def test_one_tree() -> None:
    """Everything that `model` raises on purpose can be caught by one name, and drawings' faults as ValueError."""
    raised = [error for error in vars(errors).values() if isinstance(error, type)]
    assert len(raised) >= 5
    assert all(issubclass(error, errors.InkstreamError) for error in raised)
    assert issubclass(errors.DrawingError, ValueError)
    assert issubclass(errors.CheckpointMissing, errors.CheckpointError)
    assert issubclass(errors.CheckpointCorrupt, errors.CheckpointError)


NEEDS = {"training": ("tqdm", "tinycss2"), "benchmarks": ("tqdm",), "app": ("uvicorn",)}


@pytest.mark.parametrize(("command", "package"), [(name, package) for name in NEEDS for package in NEEDS[name]])
def test_a_command_without_what_it_needs_says_which_install(tmp_path: Path, command: str, package: str) -> None:
    """One line and no traceback, as after `scripts/serve` alone."""
    (tmp_path / f"{package}.py").write_text(f"raise ModuleNotFoundError('no', name='{package}')")
    run = subprocess.run(
        [sys.executable, "-m", command, "--help"],
        check=False,
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
    )
    extra = "" if command == "app" else " train"
    assert run.returncode != 0
    assert run.stderr.startswith(f"error: {package} is not installed: ./scripts/install{extra} brings it")
    assert len(run.stderr.splitlines()) == 1


def test_a_module_of_ours_is_no_package() -> None:
    """A slip in our own imports is shown as it is."""
    with pytest.raises(ModuleNotFoundError):
        how_to_install(ModuleNotFoundError("no", name="training.gone"), "train")
