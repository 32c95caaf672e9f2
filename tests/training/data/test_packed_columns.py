from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.strokes import Array, from_polylines
from tests.training import writers
from training.data.corpus import Corpus
from training.data.packed_columns import compressed, read
from training.errors import DataError


def corpus(strokes: list[writers.Strokes]) -> Corpus:
    return Corpus.of([writers.rows(drawing) for drawing in strokes], [i % 3 for i in range(len(strokes))])


def same(found: Corpus, expected: Corpus) -> None:
    for got, want in (
        (found.rows, expected.rows),
        (found.starts, expected.starts),
        (found.category, expected.category),
    ):
        assert got.dtype == want.dtype
        assert np.array_equal(got, want)


@pytest.mark.slow
@settings(max_examples=50, deadline=None)
@given(st.lists(writers.STROKES, min_size=1, max_size=5))
def test_a_corpus_comes_back_bit_for_bit(strokes: list[writers.Strokes]) -> None:
    """Whatever strokes of the dataset's box it holds, lone points at its beginning among them, and the split."""
    packed = corpus(strokes)
    split = np.array([i % 2 for i in range(len(strokes))], np.int8)
    found, its_split = read(BytesIO(compressed(packed, split)))
    same(found, packed)
    assert its_split is not None
    assert its_split.tolist() == split.tolist()
    assert read(BytesIO(compressed(packed)))[1] is None


def plain(path: Path, strokes: list[writers.Strokes]) -> Path:
    """Points end to end as another program writes them: (x, y, whether the pen lifts)."""
    points = [[*point, int(at == len(stroke) - 1)] for d in strokes for stroke in d for at, point in enumerate(stroke)]
    lengths = [sum(map(len, drawing)) for drawing in strokes]
    starts = np.concatenate([[0], np.cumsum(lengths)])
    category = np.array([i % 3 for i in range(len(strokes))], np.int16)
    np.savez(path, points=np.array(points, np.int16), starts=starts, category=category)
    return path


def test_plain_files_are_read(tmp_path: Path) -> None:
    """The same drawings as of their strokes; one that begins with a dot, too."""
    strokes: list[writers.Strokes] = [
        [[(3, 4), (50, 60)], [(7, 7)], [(0, 255), (255, 0)]],
        [[(9, 9)], [(20, 30), (40, 50)]],
        [[(1, 2), (3, 4), (5, 6)]],
    ]
    with plain(tmp_path / "real.npz", strokes).open("rb") as file:
        found, split = read(file)
    same(found, corpus(strokes))
    assert split is None


def test_it_is_small() -> None:
    """Far fewer bytes than the rows: some two a point of drawings that look like drawings."""
    rng = np.random.default_rng(0)
    walks = [np.clip(np.cumsum(rng.normal(0, 8, (40, 2)), axis=0) + 128, 0, 255).round() for _ in range(300)]
    assert len(compressed(Corpus.of([from_polylines([walk]) for walk in walks]))) < 2.5 * 300 * 40


@pytest.mark.parametrize(
    ("drawing", "message"),
    [
        (from_polylines([np.array([[0, 0], [1.5, 2]])]), "whole numbers"),
        (from_polylines([np.array([[0, 0], [256, 2]])]), "box of 255 pixels"),
        (from_polylines([np.zeros((256, 2))]), "at most 255 points"),
    ],
)
def test_what_does_not_fit_is_refused(drawing: Array, message: str) -> None:
    """Fractions of a pixel, wide moves, long drawings: an error instead of other drawings."""
    with pytest.raises(DataError, match=message):
        compressed(Corpus.of([drawing]))


def test_columns_that_do_not_fit_together_are_refused(tmp_path: Path) -> None:
    """A file whose lengths are of other points."""
    path = plain(tmp_path / "real.npz", [[[(3, 4), (50, 60)]]])
    with np.load(path) as file:
        columns = dict(file)
    columns["starts"] = np.array([0, 3])
    np.savez(path, **columns)
    with pytest.raises(ValueError, match="different lengths"), path.open("rb") as file:
        read(file)
