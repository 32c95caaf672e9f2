"""What commands of `python -m training` could not write or judge is found out before they draw or read drawings."""

import os
from pathlib import Path

import pytest

from model.saving import save_checkpoint
from tests.training import networks
from tests.training.convert import old
from training import beginnings, inspect_files, sheet
from training.__main__ import main
from training.convert.first_card import card_of
from training.score import sampling

UNKNOWN = [
    "evaluate many --data {data} --classifier {classifier}",
    "best-of many --chooser {classifier} --judge {classifier}",
    "recognise many --data {data} --classifier {classifier}",
    "recommend many --classifier {classifier}",
    "styles {encoder} --data {data} --classifier {classifier}",
    "recognise {classifier} --data {data} --classifier {classifier}",
]
UNWRITABLE = [
    "recommend many --classifier {classifier} --write",
    "styles {encoder} --data {data} --classifier {classifier} --write",
    "least many --data {data} --write",
]
LATE = [
    ("sheet many --out a.jpg", "a.jpg must end in .svg or .png"),
    ("sheet many --out no/a.svg", "no/a.svg cannot be written: no is no folder"),
    ("inspect {data}/square.ndjson.gz --sheet a.jpg", "a.jpg must end in .svg or .png"),
    ("beginnings --data {data} --classifier {classifier} --figure a.jpg", "a.jpg must end in .svg or .png"),
    ("beginnings --data {data} --classifier {classifier} --write", "has no card: --write is for a recogniser's folder"),
]


@pytest.fixture
def places(data: Path, classifier: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Path]:
    """Networks of which the classifier knows some subjects; whoever draws or reads a drawing fails the test."""

    def late(*_: object, **__: object) -> None:
        pytest.fail("it is found out too late")

    monkeypatch.chdir(tmp_path)
    networks.write(Path("many"), "square", "unicorn")
    network = old.shared_network()
    save_checkpoint(Path("encoder"), network.weights(), card_of(network, old.NAMES, "many", {}, []))
    monkeypatch.setattr(sampling, "draw", late)
    for module, name in ((sheet, "load_all"), (inspect_files, "read_drawings"), (beginnings, "load_classifier")):
        monkeypatch.setattr(module, name, late)
    return {"data": data, "classifier": classifier, "encoder": Path("encoder")}


@pytest.mark.parametrize("words", UNKNOWN)
def test_a_category_that_the_classifier_does_not_know(
    words: str, places: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """Though it is the last of many."""
    assert main(words.format(**places).split()) == 2
    assert "the classifier does not know the category " in capsys.readouterr().err


@pytest.mark.parametrize("words", UNWRITABLE)
def test_a_card_that_may_not_be_written(
    words: str, places: dict[str, Path], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where --write is given."""
    monkeypatch.setattr(os, "access", lambda *_: False)  # root may write everywhere
    assert main(words.format(**places).split()) == 2
    assert "could not be written: no file may be made in " in capsys.readouterr().err


@pytest.mark.parametrize(("words", "message"), LATE)
def test_a_file_that_could_not_be_written(
    words: str, message: str, places: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    """By its ending, its folder, or for want of a card."""
    assert main(words.format(**places).split()) == 2
    assert message in capsys.readouterr().err
