import json
from pathlib import Path

import pytest

from model.checkpoint import load_checkpoint
from model.drawing import draw
from tests.training import shapes
from tests.training.published import Published
from training.__main__ import main


def test_a_published_decoder_becomes_a_checkpoint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It lies beside our own of that name, its card credits Google, and evaluate gives the card's score."""
    file = Published.random().write(tmp_path / "x.gen.json", name="wobbly_square")
    data = shapes.write(tmp_path / "square.ndjson", "square", 150)
    argv = ["import-magenta", str(file), "--data", str(data), "--out", str(tmp_path), "--threads", "1"]
    assert main(argv) == 0
    checkpoint = load_checkpoint(tmp_path / "wobbly-square@magenta")
    card = checkpoint.card
    assert (card.subject.name, card.system, card.subject.max_points) == ("wobbly square", "magenta", 60)
    assert "Google" in card.data[0].source
    assert "Apache-2.0" in card.data[0].licence
    assert card.command.startswith("python -m training import-magenta")
    assert len(draw(checkpoint, range(3), temp_xy=0.5, temp_p=0.5, max_points=card.subject.max_points)) == 3
    capsys.readouterr()
    split = ["--split", "valid", "--json", "--threads", "1"]
    assert main(["evaluate", str(checkpoint.folder), "--data", str(data), *split]) == 0
    assert card.nats is not None
    assert card.subject.nats == card.nats
    assert not card.subject.default
    assert json.loads(capsys.readouterr().out)["total"] == pytest.approx(card.nats.total, abs=1e-3)


def test_without_drawings_it_keeps_googles_scale(tmp_path: Path) -> None:
    """No --data: the usual ratio, no score, and --category gives the name."""
    file = Published.random().write(tmp_path / "x.gen.json", scale_factor=75)
    assert main(["import-magenta", str(file), "--out", str(tmp_path), "--category", "The Box", "--threads", "1"]) == 0
    card = load_checkpoint(tmp_path / "the-box@magenta").card
    assert card.nats is None
    assert card.std[0] == pytest.approx(30 * 0.049787, rel=1e-4)


def test_what_is_no_decoder_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Exit code 2, one line, and no checkpoint."""
    (tmp_path / "x.json").write_text("[]")
    assert main(["import-magenta", str(tmp_path / "x.json"), "--out", str(tmp_path)]) == 2
    assert "x.json is not a sketch-rnn decoder" in capsys.readouterr().err
    assert not list(tmp_path.glob("*/model.pt"))
