import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.training import shapes
from tests.training.full_disk import full
from training.errors import TrainingError
from training.figure.sheet_file import TILE, write_sheet


def test_each_drawing_has_its_tile(tmp_path: Path) -> None:
    """Rows of as many columns as asked for, dark lines on white, empty tiles white."""
    write_sheet(tmp_path / "a.PNG", shapes.drawings("square", 5), columns=3)
    with Image.open(tmp_path / "a.PNG") as image:
        sheet = np.asarray(image.convert("L"))
    assert sheet.shape == (2 * TILE, 3 * TILE)
    tiles = sheet.reshape(2, TILE, 3, TILE).min(axis=(1, 3))
    assert (tiles.ravel()[:5] < 50).all()
    assert tiles[1, 2] == 255


def test_few_drawings_make_a_narrow_sheet(tmp_path: Path) -> None:
    """No empty columns."""
    write_sheet(tmp_path / "a.png", shapes.drawings("square", 2))
    with Image.open(tmp_path / "a.png") as image:
        assert image.size == (2 * TILE, TILE)


def test_svg_holds_all(tmp_path: Path) -> None:
    """A path for each drawing, with two strokes."""
    write_sheet(tmp_path / "a.svg", shapes.drawings("square", 3))
    assert (tmp_path / "a.svg").read_text().count("<path") == 3


def test_other_endings_and_places_are_refused(tmp_path: Path) -> None:
    """The message names the file."""
    with pytest.raises(TrainingError, match=r"a\.jpg must end"):
        write_sheet(tmp_path / "a.jpg", shapes.drawings("square", 1))
    with pytest.raises(TrainingError, match=r"a\.svg cannot be written"):
        write_sheet(Path(__file__) / "a.svg", shapes.drawings("square", 1))


def test_a_full_disk_keeps_the_older_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture is written whole or not at all."""
    path = tmp_path / "a.svg"
    path.write_text("older")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TrainingError, match=r"a\.svg cannot be written: No space left on device"):
        write_sheet(path, shapes.drawings("square", 1))
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.svg", "older")]
