from pathlib import Path

import pytest

from training.errors import FigureError
from training.figure.reliability import reliability
from training.score.beginnings import Beginnings, Bin


def scores() -> list[Beginnings]:
    bins = (Bin(0.1, 0.2, 0.25), Bin(0.9, 0.8, 0.7), Bin(1e-4, 0.5, 1.0))
    return [Beginnings(part, 1000, 0.6, 0.8, 0.6, 0.8, bins) for part in (0.5, 1.0)]


def test_the_same_scores_make_the_same_file(tmp_path: Path) -> None:
    """Scores make an SVG; a second time its bytes are the same."""
    for name in "ab":
        (tmp_path / name).mkdir()
        reliability(scores(), tmp_path / name / "r.svg")
    text = (tmp_path / "a/r.svg").read_text()
    assert text == (tmp_path / "b/r.svg").read_text()
    assert "<svg" in text


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """A missing folder is an error that names the file."""
    with pytest.raises(FigureError, match=r"r\.svg cannot be written"):
        reliability(scores(), Path(__file__) / "r.svg")
