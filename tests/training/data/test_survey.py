from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.training import shapes
from tests.training.writers import FILES, Strokes, rows
from training.data.sketch import Sketch
from training.data.survey import MOVES, QUANTILES, Survey, quantiles


def survey(drawings: list[Strokes]) -> Survey:
    found = Survey()
    for strokes in drawings:
        found.add(Sketch("cat", rows(strokes), recognized=True))
    return found


@given(drawings=FILES)
@settings(max_examples=50, deadline=None)
def test_one_pass_finds_what_the_whole_file_shows(drawings: list[Strokes]) -> None:
    """Moments and quantiles gathered drawing by drawing are those of all moves together."""
    found = survey(drawings)
    moves = np.concatenate([rows(strokes)[:-1] for strokes in drawings])[:, :2].astype(float)
    mean, std = found.moments()
    np.testing.assert_allclose(mean, moves.mean(axis=0) if len(moves) else 0, atol=1e-9)
    np.testing.assert_allclose(std, moves.std(axis=0) if len(moves) else 0, atol=1e-6)
    expected = np.quantile(moves, QUANTILES, axis=0, method="inverted_cdf").T
    np.testing.assert_array_equal(found.offset_quantiles(), expected)
    assert list(found.points) == [len(rows(strokes)) for strokes in drawings]
    assert list(found.strokes) == [len(strokes) for strokes in drawings]


def test_lines_and_jumps_are_told_apart() -> None:
    """A move belongs to the class of its length, and is a jump when the pen was up before it."""
    found = survey([[[(0, 0), (3, 4), (3, 4)], [(203, 4), (203, 34)]]])
    classes = {float(start): i for i, start in enumerate(MOVES[:-1])}
    lines, jumps = found.moves
    assert {start: int(lines[i]) for start, i in classes.items() if lines[i]} == {0: 1, 5: 1, 20: 1}
    assert {start: int(jumps[i]) for start, i in classes.items() if jumps[i]} == {200: 1}


def test_offsets_outside_the_box_are_counted_at_its_edge() -> None:
    """A drawing of another scale does not break the count."""
    found = survey([[[(0, 0), (5000, -5000)]]])
    assert found.offset_quantiles((0.5,)).tolist() == [[512], [-512]]
    assert found.moments()[0].tolist() == [5000, -5000]


@pytest.mark.parametrize("keep", [0, 3, 50])
def test_what_is_kept(keep: int) -> None:
    """As many as asked for or as there are, each at most once, the same for the same seed."""
    drawings = shapes.drawings("zigzag", 20)
    found, again = Survey(keep=keep, seed=1), Survey(keep=keep, seed=1)
    for drawing in drawings:
        found.add(Sketch("zigzag", drawing))
        again.add(Sketch("zigzag", drawing))
    chosen = [next(i for i, drawing in enumerate(drawings) if drawing is kept) for kept in found.kept]
    assert len(set(chosen)) == len(chosen) == min(keep, 20)
    assert all(a is b for a, b in zip(found.kept, again.kept, strict=True))


def test_each_drawing_has_the_same_chance_to_be_kept() -> None:
    """Over many seeds, first and last are kept as often as those between."""
    drawings = shapes.drawings("square", 8)
    chosen: Counter[int] = Counter()
    for seed in range(400):
        found = Survey(keep=2, seed=seed)
        for drawing in drawings:
            found.add(Sketch("square", drawing))
        chosen.update(next(i for i, drawing in enumerate(drawings) if drawing is kept) for kept in found.kept)
    assert all(60 < chosen[i] < 140 for i in range(8))  # 100 expected, 9 its deviation


@given(st.lists(st.integers(0, 100), min_size=1, max_size=30))
def test_quantiles_are_values_that_occur(values: list[int]) -> None:
    """Lengths are whole numbers, and their quantiles too; the first and the last are the extremes."""
    found = quantiles(values)
    assert set(found) <= set(values)
    assert (found[0], found[-1]) == (min(values), max(values))
