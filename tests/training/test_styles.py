import json
from pathlib import Path

import pytest
import torch

from model.checkpoint import read_card
from model.saving import save_checkpoint, write_card
from tests.training import networks, shapes
from tests.training.convert import old
from training.__main__ import main
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork, save_picture_classifier
from training.convert.first_card import card_of
from training.score import styles


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three subjects of a network with an encoder, drawings of each, and a classifier that holds all for cats."""
    network = old.shared_network()
    card = card_of(network, old.NAMES, "many", dict.fromkeys(old.NAMES, 30), [])
    save_checkpoint(tmp_path / "it", network.weights(), card)
    for name in old.NAMES:
        shapes.write(tmp_path / "data" / f"{name}.ndjson", "square", 20)
    monkeypatch.setattr(styles, "LEAST", 0.0)
    torch.manual_seed(0)
    config = ClassifierConfig(len(old.NAMES), size=16, widths=(4, 4))
    save_picture_classifier(
        tmp_path / "judge.pt", PictureClassifier(PictureNetwork(config).eval(), config, tuple(old.NAMES))
    )
    return tmp_path


def found(folder: Path, *more: object) -> int:
    argv = [folder / "it", "--data", folder / "data", "--classifier", folder / "judge.pt", "--count", 2, *more]
    return main(["styles", *map(str, argv)])


def test_styles_are_written_only_when_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without --write the card stays; with it the subjects that were asked for have styles, and no others."""
    before = read_card(folder / "it")
    assert found(folder, "--subject", "dog", "--json") == 0
    assert json.loads(capsys.readouterr().out)["styles"] == 2
    assert read_card(folder / "it") == before
    assert found(folder, "--subject", "dog", "--write") == 0
    assert [len(subject.styles) for subject in read_card(folder / "it").subjects] == [
        2 * (name == "dog") for name in old.NAMES
    ]


def test_below_looks_at_what_the_card_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Subjects that are recognised often enough are left alone; a card that does not say so is a mistake."""
    assert found(folder, "--below", "0.9") == 2
    assert "recommend --write" in capsys.readouterr().err
    card = read_card(folder / "it")
    shares = {"zigzag": 0.8, "dog": 0.5}
    subjects = [
        each.model_copy(update={"recognised": shares.get(each.name, 1.0), "real": 0.9}) for each in card.subjects
    ]
    write_card(folder / "it", card.model_copy(update={"subjects": tuple(subjects)}))
    assert found(folder, "--below", "0.9", "--json") == 0
    assert [json.loads(line)["subject"].split("/")[-1] for line in capsys.readouterr().out.splitlines()] == [
        name for name in old.NAMES if shares.get(name, 1.0) / 0.9 < 0.9
    ]


def test_without_an_encoder_there_are_no_styles(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A network that has no latent code is named."""
    networks.write(folder / "it", "cat")
    assert found(folder) == 2
    assert "no encoder" in capsys.readouterr().err
