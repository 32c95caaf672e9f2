"""The error tree, and what is said where a package is lacking."""

import runpy
import sys
from pathlib import Path

import pytest

from model import errors
from model.errors import how_to_install


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
def test_a_command_without_what_it_needs_says_which_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, package: str
) -> None:
    """One line and no traceback, as after `scripts/serve` alone."""
    (tmp_path / f"{package}.py").write_text(f"raise ModuleNotFoundError('no', name='{package}')")
    extra = "" if command == "app" else " train"
    said = str(run_anew(command, package, tmp_path, monkeypatch).code)
    assert said.startswith(f"error: {package} is not installed: ./scripts/install{extra} brings it")
    assert len(said.splitlines()) == 1


def run_anew(command: str, package: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> SystemExit:
    """How a command ends in whose process a package comes from a folder."""
    monkeypatch.syspath_prepend(folder)
    anew = {"app", "benchmarks", "training", package}  # to be imported as by a new process
    for name in [name for name in sys.modules if name.partition(".")[0] in anew]:
        monkeypatch.delitem(sys.modules, name)
    loaded = dict(sys.modules)
    try:
        with pytest.raises(SystemExit) as exit_:
            runpy.run_module(command, run_name="__main__")
    finally:
        for name in sys.modules.keys() - loaded.keys():
            del sys.modules[name]
    return exit_.value


def test_ctrl_c_while_pytorch_comes_is_no_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`training` says that it stopped, with the status of shells."""
    (tmp_path / "tqdm.py").write_text("raise KeyboardInterrupt")
    assert run_anew("training", "tqdm", tmp_path, monkeypatch).code == 130
    assert capsys.readouterr().err == "stopped\n"


def test_a_module_of_ours_is_no_package() -> None:
    """A slip in our own imports is shown as it is."""
    with pytest.raises(ModuleNotFoundError):
        how_to_install(ModuleNotFoundError("no", name="training.gone"), "train")
