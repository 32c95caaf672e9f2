"""`python -m training export`: what is exported draws as it drew."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from model.checkpoint import load_checkpoint
from model.drawing import draw
from model.errors import CheckpointOutdated
from tests.training import networks, shapes
from tests.training.convert import old
from training.__main__ import main
from training.data.lengths import most_points

DRAWN = {"temp_xy": 0.5, "temp_p": 0.6, "max_points": 24}


def export(*argv: object) -> int:
    return main(["export", *map(str, argv)])


def drawings(folder: Path, subject: int = 0) -> list[bytes]:
    made = draw(load_checkpoint(folder), range(8), subject=subject, **DRAWN)  # type: ignore[arg-type] # floats and an int
    return [drawing.stroke5.tobytes() for drawing in made]


def test_an_old_checkpoint_is_brought_over_in_place(tmp_path: Path) -> None:
    """Only with --force; until then it stays as it is, and after it every drawing is the same."""
    network = networks.network()
    folder = old.write_format1(tmp_path / "the-eiffel-tower", network)
    before = (folder / "model.pt").read_bytes()
    assert export(folder, "--out", tmp_path) == 2
    assert (folder / "model.pt").read_bytes() == before
    with pytest.raises(CheckpointOutdated, match="training export"):
        load_checkpoint(folder)
    assert export(folder, "--out", tmp_path, "--force") == 0
    assert drawings(folder) == drawings(networks.write(tmp_path / "as it was", "The Eiffel Tower"))
    assert sorted(path.name for path in folder.iterdir()) == ["card.json", "model.pt"]


def test_a_name_is_looked_for_among_the_checkpoints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkpoint's copy has its folder's name, or the one that is given."""
    monkeypatch.chdir(tmp_path)
    folder = networks.write(tmp_path / "checkpoints" / "dog@gmm16_3", "dog")
    shapes.write(tmp_path / "dog@gmm16_3" / "square.ndjson", "square", 3)  # drawings in a folder of the same name
    assert export("dog@gmm16_3", "--out", "here") == 0
    assert export("dog@gmm16_3", "--out", "here", "--name", "hound") == 0
    for copy in ("dog@gmm16_3", "hound"):
        assert drawings(tmp_path / "here" / copy) == drawings(folder)
        assert load_checkpoint(tmp_path / "here" / copy).card == load_checkpoint(folder).card


def test_one_subject_of_many_draws_alone_as_it_drew_among_them(tmp_path: Path) -> None:
    """By any name; its card needs no other, and says that it is the category's default."""
    many = networks.write(tmp_path / "many", "cat", "The Eiffel Tower", "dog", recognised=0.5)
    assert export(many, "--subject", "eiffel tower", "--out", tmp_path) == 0
    alone = load_checkpoint(tmp_path / "the-eiffel-tower")
    assert drawings(alone.folder) == drawings(many, subject=1) != drawings(many)
    assert alone.card.subject.default
    assert (alone.card.system, alone.card.subject.recognised, alone.card.latent) == ("gmm16_3", 0.5, 0)


def test_a_checkpoint_of_one_subject_stays_what_it_is(tmp_path: Path) -> None:
    """Naming it changes nothing."""
    folder = networks.write(tmp_path / "dog@mine", "dog", system="mine")
    assert export(folder, "--subject", "dog", "--out", tmp_path / "out") == 0
    assert load_checkpoint(tmp_path / "out" / "dog@mine").card == load_checkpoint(folder).card


def test_a_trained_network_becomes_a_checkpoint(tmp_path: Path) -> None:
    """It finds drawings as likely as the network did, and its card says how many there were of which."""
    network = old.shared_network()
    source = old.write_trained(tmp_path / "trained", network)
    files = [shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 60) for kind in ("square", "zigzag")]
    shapes.write(tmp_path / "extra" / "square.ndjson.gz", "square", 10, seed=5)
    argv = ["--data", files[0].parent, "--extra-data", tmp_path / "extra", "--name", "many", "--out", tmp_path]
    assert export(source, *argv, "--credit", "people; CC0", "--extra-credit", "machines; MIT") == 0
    checkpoint = load_checkpoint(tmp_path / "many")
    card = checkpoint.card
    assert [(part.source, part.licence) for part in card.data] == [("people", "CC0"), ("machines", "MIT")]
    assert (80 < card.data[0].count < 110, card.data[1].count) == (True, 10)
    assert [subject.max_points for subject in card.subjects] == [
        most_points(np.array([7])), most_points(np.array([8])), 200,
    ]  # fmt: skip
    assert card.command.startswith("python -m training export")
    rows = torch.from_numpy(np.stack([[(0, 0, 1, 0, 0), *drawing] for drawing in shapes.drawings("square", 4)])).float()
    subject = torch.tensor([0, 1, 2, 0])
    with torch.no_grad():
        expected = network.log_likelihood(rows, subject)
        found = checkpoint.module.log_prob(rows, checkpoint.contexts(subject.tolist()))
    for ours, theirs in zip(found, expected, strict=True):
        torch.testing.assert_close(ours, theirs, atol=0.1, rtol=0.05)  # rounded to eight bits


def test_one_subject_of_a_trained_network_needs_no_encoder(tmp_path: Path) -> None:
    """Nothing of the others is left."""
    source = old.write_trained(tmp_path / "trained", old.shared_network())
    assert export(source, "--out", tmp_path, "--name", "many") == 0
    assert export(source, "--out", tmp_path, "--subject", "puppy") == 0
    assert drawings(tmp_path / "dog") == drawings(tmp_path / "many", subject=2)
    card = json.loads((tmp_path / "dog" / "card.json").read_text())
    assert (card["system"], card["latent"], len(card["subjects"])) == ("gmm16_2", 0, 1)


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["absent"], "neither there nor the name of a checkpoint"),
        (["."], "is not a trained network of many subjects"),
        (["plain.txt"], "is not a trained network of many subjects"),
        (["dog", "--subject", "unicorn"], "dog does not draw 'unicorn'"),
        (["dog", "--out", "plain.txt"], "plain.txt/dog could not be written"),
        (["trained", "--credit", "a; b"], "--data is lacking"),
        (["trained", "--data", "absent"], "absent: No such file"),
        (["broken"], "is not a card"),
    ],
    ids=str,
)
def test_what_cannot_be_exported_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, argv: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 2, one line, and nothing is written."""
    monkeypatch.chdir(tmp_path)
    networks.write(tmp_path / "dog", "dog")
    old.write_trained(tmp_path / "trained", old.shared_network())
    (tmp_path / "plain.txt").write_text("no")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "card.json").write_text("{")
    assert export("--out", "out", *argv) == 2
    assert message in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
