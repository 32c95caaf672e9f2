"""`python -m training least` from the command line."""

from pathlib import Path

import numpy as np
import pytest

from model.checkpoint import load_checkpoint, read_card
from tests.training import networks, round_and_square
from training.__main__ import main
from training.data.formats import read_drawings
from training.data.split import split_of


def test_nine_in_ten_have_more(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The card is told, and nothing else of the checkpoint changes; without --write it is said alone."""
    data = round_and_square.folder(tmp_path / "data")
    folder = networks.write(tmp_path / "all", "square", "round")
    before = read_card(folder)
    argv = ["least", str(folder), "--data", str(data), "--subject", "round"]
    with caplog.at_level("INFO"):
        assert main(argv) == 0
    assert read_card(folder) == before
    assert main([*argv, "--write"]) == 0
    square, circle = load_checkpoint(folder).card.subjects
    assert square == before.subjects[0]
    drawings = (sketch.stroke5 for sketch in read_drawings(data / "round.ndjson.gz"))
    points = [len(drawing) - 1 for drawing in drawings if split_of(drawing) == "train"]
    assert circle.least_points == int(np.percentile(points, 10)) > 0
    assert f"round: {circle.least_points}" in caplog.text


def test_a_category_without_drawings_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line says which."""
    folder = networks.write(tmp_path / "owl", "owl")
    assert main(["least", str(folder), "--data", str(round_and_square.folder(tmp_path / "data"))]) == 2
    assert "no real drawings of 'owl'" in capsys.readouterr().err
