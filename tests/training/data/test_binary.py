import struct
from pathlib import Path

import pytest

from tests.training import writers
from training.data.binary import looks_binary
from training.data.formats import read_drawings
from training.errors import DataError

SQUARE: writers.Strokes = [[(0, 0), (255, 0), (255, 255)], [(3, 4)]]


def test_key_word_and_moderation_come_through(tmp_path: Path) -> None:
    """The word is the file's, since the format has none."""
    (sketch,) = read_drawings(writers.binary(tmp_path / "the square.bin", [SQUARE], key=2**63 + 1))
    assert (sketch.word, sketch.key_id, sketch.recognized) == ("the square", str(2**63 + 1), True)


@pytest.mark.parametrize("left", [1, 16, 18, 20, 28])
def test_the_drawing_that_is_cut_off_is_named(tmp_path: Path, left: int) -> None:
    """Wherever the file ends inside a record, the number of the drawing is told, with skip_bad too."""
    file = writers.binary(tmp_path / "a.bin", [SQUARE] * 3)
    record = file.stat().st_size // 3
    file.write_bytes(file.read_bytes()[: 2 * record + left])
    with pytest.raises(DataError, match=r"a\.bin: drawing 3 is cut off"):
        list(read_drawings(file, skip_bad=True))


def test_strokes_without_points_are_passed_over(tmp_path: Path) -> None:
    """A stroke of no points is no stroke."""
    (tmp_path / "a").write_bytes(
        struct.pack("<Q2sbIH", 1, b"DE", 0, 2, 2) + struct.pack("<H", 0) + struct.pack("<H2B2B", 2, 1, 2, 5, 5)
    )
    (sketch,) = read_drawings(tmp_path / "a")
    assert sketch.recognized is False
    assert sketch.stroke5[:, 0].tolist() == [1, 0]


def test_text_does_not_look_binary() -> None:
    """JSON, SVG and too little of anything are told apart."""
    assert not looks_binary(b'{"word": "CAT", "drawing": []}')
    assert not looks_binary(b"<svg xmlns='AB\x01'")
    assert not looks_binary(b"")
