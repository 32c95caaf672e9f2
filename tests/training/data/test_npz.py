import os
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model.simplify import EPSILON, SIDE
from model.strokes import to_polylines
from tests.shared import shared
from tests.training import writers
from training.data.formats import kind_of, read_drawings
from training.data.npz import records
from training.data.sketch import Sketch
from training.errors import DataError

SQUARE: writers.Strokes = [[(0, 0), (255, 0), (255, 255), (0, 255), (0, 0)], [(3, 4), (90, 80)]]


class Hostile:
    """What a pickle can ask for."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[object, ...]:
        return os.system, (f"touch {self.marker}",)


@pytest.mark.parametrize(
    "layout", [{"sketches": [SQUARE] * 3}, {"train": [SQUARE], "valid": [SQUARE], "test": [SQUARE]}]
)
def test_both_layouts(tmp_path: Path, layout: dict[str, list[writers.Strokes]]) -> None:
    """One member or three: all their drawings, and members of plain numbers beside them are passed over."""
    file = tmp_path / "square.full.npz"
    arrays: dict[str, Any] = {name: writers.objects(drawings) for name, drawings in layout.items()}
    np.savez(file, pix_count=np.arange(3.0), **arrays)
    found = list(read_drawings(file))
    assert len(found) == 3
    assert {sketch.word for sketch in found} == {"square"}


def test_larger_drawings_are_simplified_again(tmp_path: Path) -> None:
    """At three times the box, detail finer than two pixels of the box goes; the shape and the pen's lifts stay."""
    wave = [(x, 5 if x % 2 else 0) for x in range(40)]
    drawing: writers.Strokes = [*SQUARE, [(x, y) for x, y in wave]]
    (sketch,) = read_drawings(writers.npz(tmp_path / "a.npz", scale=3, train=[drawing]))
    (same_size,) = read_drawings(writers.npz(tmp_path / "b.npz", train=[drawing]))
    lines, kept = to_polylines(sketch.stroke5), to_polylines(same_size.stroke5)
    assert [len(line) for line in kept] == [5, 2, 40]
    np.testing.assert_array_equal(lines[0], kept[0])
    np.testing.assert_array_equal(lines[1], kept[1])
    (fine,) = read_drawings(writers.npz(tmp_path / "c.npz", scale=3, train=[[*SQUARE, [(x, y // 3) for x, y in wave]]]))
    assert [len(line) for line in to_polylines(fine.stroke5)] == [5, 2, 2]


def test_drawings_of_one_length(tmp_path: Path) -> None:
    """numpy stores them as one block of numbers, and they are read from that."""
    np.savez(tmp_path / "a.npz", train=np.stack([writers.stroke3(SQUARE)] * 4))
    assert len(list(read_drawings(tmp_path / "a.npz"))) == 4


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (np.zeros((4, 2)), "3 numbers"),
        (np.zeros((0, 3)), "3 numbers"),
        (np.zeros(3), "3 numbers"),
        (np.full((2, 3), 0.5), "pen"),
        (np.array([[np.nan, 0, 1]]), "finite"),
        (np.array([[1e300, 0, 1]]), "finite"),
    ],
)
def test_a_bad_drawing_is_named(tmp_path: Path, rows: np.ndarray, reason: str) -> None:
    """Member and number of the drawing, and what is wrong with it."""
    drawings = writers.objects([SQUARE] * 3)
    drawings[1] = rows
    np.savez(tmp_path / "a.npz", valid=drawings)
    with pytest.raises(DataError, match=rf"a\.npz, valid, drawing 2: .*{reason}"), np.errstate(all="ignore"):
        list(read_drawings(tmp_path / "a.npz"))


def test_no_drawings_is_an_error(tmp_path: Path) -> None:
    """An archive of numbers is refused."""
    np.savez(tmp_path / "a.npz", weights=np.zeros((3, 3)))
    with pytest.raises(DataError, match="holds no stroke-3"):
        list(read_drawings(tmp_path / "a.npz"))


def test_an_archive_of_other_files_is_called_so(tmp_path: Path) -> None:
    """Of SVG files, say, which have to be unpacked; what a system put beside them is not named."""
    with zipfile.ZipFile(tmp_path / "cats.zip", "w") as archive:
        for name in ("__MACOSX/._a.svg", "a.svg", "b.svg"):
            archive.writestr(name, "<svg/>")
    with pytest.raises(DataError, match=r"cats\.zip is an archive, and no \.npz \(a\.svg, b\.svg\): unpack it first"):
        list(read_drawings(tmp_path / "cats.zip"))


def test_a_hostile_pickle_does_not_run(tmp_path: Path) -> None:
    """Hidden among good drawings, or alone: refused before it has done anything."""
    marker = tmp_path / "ran"
    alone, among = np.empty(1, dtype=object), writers.objects([SQUARE] * 3)
    alone[0] = among[1] = Hostile(marker)
    for drawings in (alone, among):
        np.savez(tmp_path / "a.npz", train=drawings)
        with pytest.raises(DataError, match=r"a\.npz, train\.npy: .*asks for (posix|nt)\.system"):
            list(read_drawings(tmp_path / "a.npz", skip_bad=True))
    assert not marker.exists()
    np.load(tmp_path / "a.npz", allow_pickle=True)["train"]
    assert marker.exists(), "the pickle is harmless: this test shows nothing"


@pytest.mark.parametrize(("name", "word", "count"), [("face.sketches", "face", 2500), ("short_kanji", "kanji", 11_100)])
def test_real_files(name: str, word: str, count: int) -> None:
    """Files that others wrote with older versions of numpy and Python are read whole, and fill the box."""
    path = shared(f"formats/{name}.npz")
    assert kind_of(path) == "npz"
    found = some_of(path, word, every=100)
    assert len(found) == count // 100
    for sketch in found:
        assert sketch.word == word
        assert SIDE - EPSILON < np.ptp(np.concatenate(to_polylines(sketch.stroke5)), axis=0).max() <= SIDE


def test_real_faces_are_as_dense_as_the_simplified_ones() -> None:
    """Brought to our box, faces of an .npz have as many points as those of the simplified ndjson."""
    faces = some_of(shared("formats/face.sketches.npz"), "face", every=8)
    simplified = list(read_drawings(shared("quickdraw/face.ndjson.gz")))
    assert abs(np.median([len(s.stroke5) for s in faces]) - np.median([len(s.stroke5) for s in simplified])) <= 3


def some_of(path: Path, word: str, every: int) -> list[Sketch]:
    """Every so manieth drawing; all are told apart and counted."""
    with path.open("rb") as file:
        return [make() for i, (_, make) in enumerate(records(file, path, word)) if i % every == 0]
