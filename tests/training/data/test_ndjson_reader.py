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
        ("{", "every line is one drawing"),  # a file that a formatter spread over many lines
        ('[{"word": "cat", "drawing": [[[1, 2], [3, 4]]]}]', "not an object; every line is one drawing"),
        ("null", "not an object"),
        ('{"word": "cat"}', "no 'drawing'"),
        ('{"word": "cat", "drawing": []}', "at least one point"),
        ('{"word": "cat", "drawing": [[[1, 2, 3], [1, 2]]]}', "of one length"),
        ('{"word": "cat", "drawing": [[[1, NaN], [1, 2]]]}', "finite"),
        ('{"word": "cat", "drawing": [[["a"], ["b"]]]}', "of numbers"),
        ('{"word": "cat", "drawing": [[["1", "2"], ["3", "4"]]]}', "of numbers"),
        ('{"word": "cat", "drawing": [[[1, null], [1, 2]]]}', "of numbers"),
        ('{"word": "cat", "drawing": [[[0, 0], [9, 0], [9, 9], [0, 9]]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": [[[0, 9], [0, 0], [5, 1]]]}', "times of a stroke go back"),
        ('{"word": "cat", "drawing": [[[0, 9], [0, 0], [0, 1], [0.5, 0.7]]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": [[[0, 9], [0, 0], [0, 1]], [[1, 2], [1, 2]]]}', "some have none"),
        ('{"word": "cat", "drawing": [[[0, 9], [0, 0], [0]]]}', "of one length"),
        ('{"word": "cat", "drawing": [[0, 0, 9, 9]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": [[5, 6]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": [[3, 4, 0], [1, 1, 1]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": [[{"x": 1, "y": 2}, {"x": 3, "y": 4}]]}', "a list of x and a list of y"),
        ('{"word": "cat", "drawing": "[[[1, 2], [3, 4]]]"}', "no list of strokes"),
        ('{"word": "cat", "drawing": {"strokes": []}}', "no list of strokes"),
        ('{"word": "caf\xe9", "drawing": [[[1, 2], [3, 4]]]}', "byte 0xe9 at column 14 is no UTF-8; .*Latin-1"),
        ('["cat"]', "not an object"),
        ("\xff\xfe", "no UTF-8"),
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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends_of_other_systems(tmp_path: Path, encoding: str, end: str) -> None:
    """What Notepad, PowerShell or an old Mac wrote reads the same, letters beyond ASCII too; zipped as well."""
    lines = end.join([GOOD.replace("cat", "caf\N{LATIN SMALL LETTER E WITH ACUTE}")] * 3) + end
    for name, content in (("a", lines.encode(encoding)), ("b", gzip.compress(lines.encode(encoding)))):
        (tmp_path / name).write_bytes(content)
        found = list(read_drawings(tmp_path / name))
        assert [sketch.word for sketch in found] == ["caf\N{LATIN SMALL LETTER E WITH ACUTE}"] * 3
        assert len(to_polylines(found[0].stroke5)) == 2
