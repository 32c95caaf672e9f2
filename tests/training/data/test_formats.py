import os
import zipfile
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.training import writers
from tests.training.writers import WHOLE_FILES, Strokes
from training.data.formats import kind_of, read_drawings
from training.data.sketch import Sketch
from training.errors import DataError

DRAWINGS: list[Strokes] = [
    [[(0, 0), (255, 255)], [(10, 200), (20, 100), (90, 90)], [(7, 7)]],
    [[(255, 0), (0, 255), (100, 30)]],
    [[(0, 128)], [(255, 128), (200, 60)]],
]
WRITERS: dict[str, Callable[[Path, list[Strokes]], Path]] = {
    "cat.ndjson": writers.ndjson,
    "cat.bin": writers.binary,
    "cat.npz": lambda path, drawings: writers.npz(path, train=drawings[:1], valid=drawings[1:]),
    "cat.ndjson.gz": writers.ndjson,
    "cat.bin.gz": writers.binary,
    "cat.npz.gz": lambda path, drawings: writers.npz(path, sketches=drawings),
}
KINDS = {
    "cat.ndjson": "ndjson",
    "cat.bin": "binary",
    "cat.npz": "npz",
    "cat.ndjson.gz": "ndjson",
    "cat.bin.gz": "binary",
    "cat.npz.gz": "npz",
}


def examples(count: int) -> settings:
    """Each example writes the same file anew, so that they may share a folder."""
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.parametrize("name", WRITERS)
@given(drawings=WHOLE_FILES)
@examples(15)
def test_what_is_written_is_read(tmp_path: Path, name: str, drawings: list[Strokes]) -> None:
    """Every format gives back the drawings that went in, bit for bit, so the same drawing has one hash in all."""
    found = list(read_drawings(WRITERS[name](tmp_path / name, drawings)))
    assert [sketch.word for sketch in found] == ["cat"] * len(drawings)
    for sketch, strokes in zip(found, drawings, strict=True):
        np.testing.assert_array_equal(sketch.stroke5, writers.rows(strokes))


@pytest.mark.parametrize("name", WRITERS)
def test_content_tells_the_format(tmp_path: Path, name: str) -> None:
    """The file's name does not matter."""
    file = WRITERS[name](tmp_path / name, DRAWINGS).rename(tmp_path / "unnamed")
    assert kind_of(file) == KINDS[name]
    assert len(list(read_drawings(file))) == len(DRAWINGS)


def test_raw_drawings_and_svg_are_told_apart(tmp_path: Path) -> None:
    """Times make raw ndjson; a folder or a file of SVG is one, with a byte order mark and blanks before it too."""
    assert kind_of(writers.ndjson(tmp_path / "a", DRAWINGS, raw=True)) == "raw ndjson"
    folder = writers.svgs(tmp_path / "cat", DRAWINGS)
    assert kind_of(folder) == "folder of SVG"
    assert len(list(read_drawings(folder))) == 3
    (tmp_path / "b").write_bytes(b"\xef\xbb\xbf \n" + (folder / "000.svg").read_bytes())
    assert kind_of(tmp_path / "b") == "SVG"
    assert len(list(read_drawings(tmp_path / "b"))) == 1


@pytest.mark.parametrize("start", [b"\x1f\x8b\x08", b"{", b"<", b"PK\x03\x04", b"\n"])
def test_a_binary_file_is_known_whatever_its_first_key(tmp_path: Path, start: bytes) -> None:
    """A key whose bytes look like the beginning of another format does not mislead."""
    file = writers.binary(tmp_path / "a.bin", DRAWINGS, key=int.from_bytes(start.ljust(8, b"\x01"), "little"))
    assert kind_of(file) == "binary"
    assert len(list(read_drawings(file))) == 3


@pytest.mark.parametrize("content", [b"\x93NUMPY\x01\x00v\x00{", b"\x89PNG\r\n\x1a\n\x00\x00", bytes(100)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    """A bitmap, a picture, zeros: named as no file of drawings."""
    (tmp_path / "a").write_bytes(content)
    for read in (kind_of, lambda path: list(read_drawings(path))):
        with pytest.raises(DataError, match="no file of drawings"):
            read(tmp_path / "a")


def test_absent_and_empty(tmp_path: Path) -> None:
    """What is not there is named; an empty file has no drawings; a folder without SVG files is an error."""
    with pytest.raises(DataError, match="gone"):
        list(read_drawings(tmp_path / "gone"))
    (tmp_path / "empty").touch()
    assert list(read_drawings(tmp_path / "empty")) == []
    with pytest.raises(DataError, match="holds no SVG file"):
        list(read_drawings(tmp_path))


def outcome(file: Path, *, skip_bad: bool = False) -> tuple[list[Sketch], str]:
    """What was read, and the error that ended it, if one did."""
    found: list[Sketch] = []
    try:
        found.extend(read_drawings(file, skip_bad=skip_bad))
    except DataError as error:
        return found, str(error)
    return found, ""


@pytest.mark.parametrize("name", WRITERS)
@given(cut=st.floats(0, 1, exclude_max=True))
@examples(20)
def test_a_cut_off_file_is_an_error(tmp_path: Path, name: str, cut: float) -> None:
    """A file that ends too soon gives its whole drawings at most, or an error that names it, and no other exception."""
    file = WRITERS[name](tmp_path / name, DRAWINGS)
    content = file.read_bytes()
    file.write_bytes(content[: int(cut * len(content))])
    found, error = outcome(file)
    assert name in error or name in ("cat.ndjson", "cat.bin") or not int(cut * len(content))
    for sketch, strokes in zip(found, DRAWINGS, strict=False):
        np.testing.assert_array_equal(sketch.stroke5, writers.rows(strokes))


@pytest.mark.parametrize("name", WRITERS)
@given(data=st.data())
@examples(40)
def test_a_damaged_file_never_ends_in_a_traceback(tmp_path: Path, name: str, data: st.DataObject) -> None:
    """With some bytes changed, reading gives drawings or a DataError that names the file."""
    file = WRITERS[name](tmp_path / name, DRAWINGS)
    content = bytearray(file.read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=3)):
        content[place] = data.draw(st.integers(0, 255))
    file.write_bytes(content)
    for skip_bad in (False, True):
        found, error = outcome(file, skip_bad=skip_bad)
        assert all(np.isfinite(sketch.stroke5).all() for sketch in found)
        assert name in error or not error


def test_bad_records_are_skipped_only_when_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With skip_bad the other drawings are read, and the log counts what was passed over; in every format."""
    empty: Strokes = []
    files = [writers.binary(tmp_path / "a.bin", [DRAWINGS[0], empty, DRAWINGS[1]]), tmp_path / "b.npz", tmp_path / "c"]
    bad = writers.objects(DRAWINGS)
    bad[1] = np.full((2, 3), 9)
    np.savez(files[1], train=bad)
    (writers.svgs(files[2], DRAWINGS) / "002.svg").write_text("<svg>")
    places = [r"a\.bin, drawing 2: .*point", r"b\.npz, train, drawing 2: .*pen", r"c, 002\.svg: not SVG"]
    for file, place in zip(files, places, strict=True):
        caplog.clear()
        with pytest.raises(DataError, match=place):
            list(read_drawings(file))
        assert len(list(read_drawings(file, skip_bad=True))) == 2
        assert "skipped 1 bad record" in caplog.text


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "latin-1", "windows-1252", "shift_jis", "gb18030"])
def test_svg_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    """As its declaration or its byte order mark says."""
    declared = f'<?xml version="1.0" encoding="{encoding.removesuffix("-sig")}"?>'
    letter = "\u732b" if encoding in ("shift_jis", "gb18030") else "\N{LATIN SMALL LETTER E WITH ACUTE}"
    text = f'{declared}<svg id="{letter}"><path stroke="red" d="M0 0L9 9"/></svg>'
    (tmp_path / "a.svg").write_bytes(text.encode(encoding))
    assert kind_of(tmp_path / "a.svg") == "SVG"
    assert len(list(read_drawings(tmp_path / "a.svg"))) == 1


def test_an_unknown_encoding_is_named(tmp_path: Path) -> None:
    """A line that names the file, not a traceback."""
    (tmp_path / "a.svg").write_bytes(b'<?xml version="1.0" encoding="klingon"?><svg/>')
    with pytest.raises(DataError, match=r"a\.svg, the drawing: not SVG \(.*klingon"):
        list(read_drawings(tmp_path / "a.svg"))


@pytest.mark.parametrize("name", [*WRITERS, "cat.svg"])
def test_a_pipe_is_read_as_a_file_is(tmp_path: Path, name: str) -> None:
    """Neither sought nor opened again, though commands look twice; whatever comes through it."""
    if name == "cat.svg":
        file = writers.put(tmp_path / name, b'<svg><path stroke="red" d="M0 0L9 9"/></svg>')
    else:
        file = WRITERS[name](tmp_path / name, DRAWINGS)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = Thread(target=lambda: pipe.write_bytes(file.read_bytes()))
    writer.start()
    assert kind_of(pipe) == kind_of(file)
    writer.join()
    for there, here in zip(read_drawings(pipe), read_drawings(file), strict=True):
        np.testing.assert_array_equal(there.stroke5, here.stroke5)


def test_what_systems_leave_beside_drawings_is_passed_over(tmp_path: Path) -> None:
    """`._` halves of files from a Mac, thumbnails, settings of folders: in folders and in archives."""
    folder = writers.svgs(tmp_path / "owl", DRAWINGS)
    for name in ("._000.svg", ".DS_Store", "Thumbs.db", "desktop.ini", ".hidden.svg", "Icon\r"):
        (folder / name).write_bytes(b"\x00\x05\x16\x07Mac OS X")
    (folder / "__MACOSX").mkdir()
    assert len(list(read_drawings(folder))) == 3
    file = writers.npz(tmp_path / "cat.npz", train=DRAWINGS)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("__MACOSX/._train.npy", b"\x00\x05\x16\x07Mac OS X")
        archive.writestr(".DS_Store", b"Bud1")
    assert len(list(read_drawings(file))) == 3


def test_what_a_person_left_beside_drawings_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Drawings in other forms, or in a folder of the folder, are not lost without a word."""
    folder = writers.svgs(tmp_path / "owl", DRAWINGS)
    writers.ndjson(folder / "more.ndjson", DRAWINGS)
    (folder / "later.svg").mkdir()
    for name in ("a.png", "b.png"):
        (folder / name).touch()
    assert len(list(read_drawings(folder))) == 3
    assert caplog.messages == [f"{folder}: passed over what is no SVG file: a.png, b.png, later.svg and 1 more"]
    for file in filter(Path.is_file, folder.glob("*.svg*")):
        file.unlink()
    with pytest.raises(DataError, match=r"owl holds no SVG file, but a\.png, b\.png, later\.svg and 1 more$"):
        list(read_drawings(folder))


def test_a_file_of_a_folder_that_cannot_be_opened_is_a_bad_drawing(tmp_path: Path) -> None:
    """It is named, once, and skipped like others; a folder that cannot be read is an error that names it."""
    folder = writers.svgs(tmp_path / "owl", DRAWINGS)
    (folder / "gone.svg").symlink_to("nowhere.svg")
    with pytest.raises(DataError, match=r"owl, gone\.svg: No such file or directory$"):
        list(read_drawings(folder))
    assert len(list(read_drawings(folder, skip_bad=True))) == 3
    with (
        patch.object(Path, "iterdir", side_effect=PermissionError(13, "Permission denied")),
        pytest.raises(DataError, match="owl: Permission denied"),
    ):
        list(read_drawings(folder))
