import re
import tempfile
from pathlib import Path

import numpy as np
import pytest

from tests.training import shapes
from training.data.corpus import Corpus
from training.data.spool import Spool
from training.errors import DataError

DRAWINGS = shapes.drawings("square", 20) + shapes.drawings("zigzag", 13)
NUMBERS = [0] * 20 + [1] * 13


def filled() -> Spool:
    drawings = Spool()
    for drawing, number in zip(DRAWINGS, NUMBERS, strict=True):
        drawings.add(drawing, number)
    return drawings


def same(a: Corpus, b: Corpus) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in ("rows", "starts", "category"))


def test_a_spool_gives_what_memory_would() -> None:
    """The corpus is the one that is made of the drawings themselves, and outlives the spool."""
    with filled() as drawings:
        found = drawings.corpus()
    assert same(found, Corpus.of(DRAWINGS, NUMBERS))
    np.testing.assert_array_equal(found.batch(np.array([3, 25])), Corpus.of(DRAWINGS, NUMBERS).batch(np.array([3, 25])))


@pytest.mark.parametrize("times", [1, 2, 3])
def test_repeated_drawings(times: int) -> None:
    """As often as asked for, one after the other, and more can be added after them."""
    with filled() as drawings:
        drawings.repeat(times)
        drawings.add(DRAWINGS[0], 7)
        found = drawings.corpus()
    assert same(found, Corpus.of(DRAWINGS * times + DRAWINGS[:1], NUMBERS * times + [7]))


@pytest.mark.parametrize(("most", "stride"), [(None, 1), (33, 1), (20, 1), (16, 2), (10, 3), (1, 33)])
def test_some_of_them(most: int | None, stride: int) -> None:
    """About as many as asked for, from all parts of the file."""
    with filled() as drawings:
        found = drawings.corpus(most)
    assert same(found, Corpus.of(DRAWINGS[::stride], NUMBERS[::stride]))


def test_rows_stay_on_disk() -> None:
    """The rows are a view of the file, not a copy of it, and cannot be changed by accident."""
    with filled() as drawings:
        rows = drawings.corpus().rows
    base = rows
    while isinstance(base.base, np.ndarray):
        base = base.base
    assert isinstance(base, np.memmap)
    with pytest.raises(ValueError, match="read-only"):
        rows[0] = 0


def test_nothing_is_left_on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has no name, so that no kill can leave it behind."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with filled() as drawings:
        drawings.corpus()
        assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("count", [1, 2000], ids=["few", "many"])
def test_a_full_disk_is_named(count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where so few drawings are there that they are written when they are asked for."""
    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: open("/dev/full", "r+b"))  # noqa: SIM115, PTH123
    told = f"no room for the drawings in {tempfile.gettempdir()}: No space left on device; TMPDIR names another folder"
    drawings = Spool()
    with pytest.raises(DataError, match=re.escape(told)):
        _use(drawings, count)
    drawings.__exit__()


def _use(drawings: Spool, count: int) -> None:
    for _ in range(count):
        drawings.add(DRAWINGS[0])
    drawings.corpus()


def test_no_drawings_is_an_error() -> None:
    """As with a corpus of drawings in memory, repeated or not."""
    with Spool() as drawings:
        drawings.repeat(3)
        with pytest.raises(DataError, match="no drawings"):
            drawings.corpus()


def test_a_full_disk_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folder that has no room."""

    class Full:
        def write(self, _: object) -> None:
            raise OSError(28, "No space left on device")

        def close(self) -> None: ...

    monkeypatch.setattr(tempfile, "TemporaryFile", lambda **_: Full())
    with pytest.raises(DataError, match=f"no room for the drawings in {tempfile.gettempdir()}: No space"), filled():
        pass
