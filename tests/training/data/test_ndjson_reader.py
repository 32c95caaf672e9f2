import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from model.strokes import to_polylines
from tests.training import shapes
from training.data.formats import read_drawings
from training.errors import DataError

GOOD = '{"word": "cat", "drawing": [[[0, 10, 10], [0, 0, 10]], [[5], [5]]], "recognized": false, "key_id": "7"}'


def test_reads_what_the_dataset_holds(tmp_path: Path) -> None:
    """A line's strokes, word, key and moderation come through; strokes keep their pen lifts."""
    path = tmp_path / "cat.ndjson"
    path.write_text(GOOD + "\n\n" + GOOD)
    first, second = read_drawings(path)
    assert (first.word, first.recognized, first.key_id) == ("cat", False, "7")
    assert [line.tolist() for line in to_polylines(second.stroke5)] == [[[0, 0], [10, 0], [10, 10]], [[5, 5]]]


def test_gzip_is_told_by_content_not_by_name(tmp_path: Path) -> None:
    """A zipped file reads the same as the plain one, whatever it is called."""
    plain = shapes.write(tmp_path / "square.ndjson", "square", 5)
    zipped = tmp_path / "other.ndjson"
    zipped.write_bytes(gzip.compress(plain.read_bytes()))
    for a, b in zip(read_drawings(plain), read_drawings(zipped), strict=True):
        np.testing.assert_array_equal(a.stroke5, b.stroke5)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"word": "cat", "drawing": [[[1, 2], [3', "not JSON"),
        ('{"word": "cat"}', "no 'drawing'"),
        ('{"word": "cat", "drawing": []}', "at least one point"),
        ('{"word": "cat", "drawing": [[[1, 2, 3], [1, 2]]]}', "not a drawing"),
        ('{"word": "cat", "drawing": [[[1, NaN], [1, 2]]]}', "finite"),
        ('{"word": "cat", "drawing": [[["a"], ["b"]]]}', "not a drawing"),
        ('["cat"]', "not a drawing"),
        ("\xff\xfe", "not"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, reason: str) -> None:
    """The error names file, line 7 and what is wrong there."""
    path = tmp_path / "cat.ndjson"
    path.write_bytes("\n".join([GOOD] * 6).encode() + b"\n" + line.encode("latin-1") + b"\n" + GOOD.encode())
    with pytest.raises(DataError, match=rf"cat\.ndjson, line 7: .*{reason}"):
        list(read_drawings(path))


def test_bad_lines_are_skipped_only_when_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With skip_bad the other drawings are read, and the log counts what was passed over."""
    path = tmp_path / "cat.ndjson"
    path.write_text("\n".join([GOOD] * 6 + ["{broken", "[]"] + [GOOD]))
    assert len(list(read_drawings(path, skip_bad=True))) == 7
    assert "skipped 2 bad records" in caplog.text


def test_a_cut_off_gzip_is_an_error_even_when_skipping(tmp_path: Path) -> None:
    """Damage to the file itself is not a bad line: it is named and never passed over in silence."""
    path = shapes.write(tmp_path / "square.ndjson.gz", "square", 200)
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(DataError, match=r"square\.ndjson\.gz"):
        list(read_drawings(path, skip_bad=True))


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """No traceback of the operating system: the file is named."""
    with pytest.raises(DataError, match=r"nothing\.ndjson"):
        list(read_drawings(tmp_path / "nothing.ndjson"))


def test_one_point_is_a_drawing(tmp_path: Path) -> None:
    """A drawing with one point reads as a dot."""
    path = tmp_path / "dot.ndjson"
    path.write_text(json.dumps({"word": "dot", "drawing": [[[3], [4]]]}))
    (sketch,) = read_drawings(path)
    assert sketch.stroke5.tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
