"""The one direction of imports inside `training/`: a package knows those below it, commands know them all."""

from pathlib import Path

import pytest

from tests.test_imports import ROOT, used

ORDER = ("data", "loop", "shared", "convert", "classifier", "score", "figure")  # each may use those before it
SHARED = ("errors", "split")  # files above the packages that every package may use
MOST_FILES = 25  # in a folder


def upwards(root: Path) -> list[str]:
    """One line for each file of a package under `root` and each thing above it that it uses."""
    found = []
    for place, package in enumerate(ORDER):
        allowed = {*ORDER[: place + 1], *SHARED}
        for path in sorted((root / "training" / package).rglob("*.py")):
            uses = used(path.read_text(), ".".join(path.relative_to(root).parent.parts))
            heads = {use.split(".")[1] for use in uses if use.startswith("training.")}
            found += [f"{path.relative_to(root)} uses {name}" for name in sorted(heads - allowed)]
    return found


def test_packages_know_only_those_below() -> None:
    """No circle, and no command is imported by what it is made of."""
    assert upwards(ROOT) == []


def test_every_folder_has_its_place() -> None:
    """A new package is put into the order, and no folder is crowded."""
    folders = {path.parent for path in (ROOT / "training").rglob("*.py")}
    assert {folder.relative_to(ROOT / "training").parts[:1] for folder in folders} == {(), *((name,) for name in ORDER)}
    assert {folder: count for folder in folders if (count := len(list(folder.glob("*.py")))) > MOST_FILES} == {}


@pytest.mark.parametrize(
    ("path", "source", "complaint"),
    [
        ("data/corpus.py", "from training.loop import trainer", "uses loop"),
        ("loop/state.py", "def late():\n    from training.score.traits import traits", "uses score"),
        ("score/traits.py", "from training import evaluate", "uses evaluate"),
        ("loop/state.py", "from .. import arguments", "uses arguments"),
        ("classifier/network.py", "import training.figure.style", "uses figure"),
    ],
)
def test_a_slip_is_found(tmp_path: Path, path: str, source: str, complaint: str) -> None:
    """Each way up is named with its file."""
    file = tmp_path / "training" / path
    file.parent.mkdir(parents=True)
    file.write_text(source)
    assert upwards(tmp_path) == [f"training/{path} {complaint}"]


def test_what_is_allowed_passes(tmp_path: Path) -> None:
    """Packages below, the errors, the split, and `model`."""
    file = tmp_path / "training" / "score" / "traits.py"
    file.parent.mkdir(parents=True)
    file.write_text(
        "from training import errors\nfrom training.split import split_of\n"
        "from model import svg\nfrom training.data import survey\n"
    )
    assert upwards(tmp_path) == []
