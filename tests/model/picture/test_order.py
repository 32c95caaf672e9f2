from collections.abc import Sequence
from itertools import permutations, product
from math import dist

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from model.picture.curves import Curves, straight
from model.picture.order import MOST, ordered, travelled

HOME = (0.0, 0.0)

Stroke = tuple[tuple[float, float], ...]


def scattered(count: int, seed: int = 0) -> Curves:
    """So many lines of two or three points, in no order."""
    random = np.random.default_rng(seed)
    return straight([random.uniform(0, 1000, (random.integers(2, 4), 2)).astype(np.float32) for _ in range(count)])


def strokes(curves: Curves, *, as_drawn: bool = False) -> list[Stroke]:
    """The points of each stroke, the same whichever way round it is unless they are wanted as drawn."""
    parts = np.split(curves.pieces, curves.first[1:])
    lines = [tuple((float(x), float(y)) for x, y in [part[0, 0], *part[:, 3]]) for part in parts]
    return lines if as_drawn else [min(line, line[::-1]) for line in lines]


def length(lines: Sequence[Stroke]) -> float:
    """How far the pen goes between the strokes, from home on."""
    return sum(dist(a, line[0]) for a, line in zip([HOME, *(line[-1] for line in lines)], lines, strict=False))


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 30), st.integers(0, 99))
def test_what_is_drawn_stays(count: int, seed: int) -> None:
    """Every stroke is drawn once, from one end to the other; only the order and the ends change."""
    curves = scattered(count, seed)
    assert sorted(strokes(ordered(curves, HOME))) == sorted(strokes(curves))


def test_a_few_strokes_are_nearly_in_the_best_order() -> None:
    """Of four strokes, the ways are a twentieth longer, all in all, than the shortest of all 384."""
    found = best = 0.0
    for seed in range(10):
        curves = scattered(4, seed)
        found += length(strokes(ordered(curves, HOME), as_drawn=True))
        lines = strokes(curves)
        best += min(
            length(turned)
            for order in permutations(lines)
            for turned in product(*((line, line[::-1]) for line in order))
        )
    assert found <= 1.05 * best


def test_the_pen_travels_little() -> None:
    """Less than the greedy rule alone makes it, by an eighth or more: that is what sorters of strokes do by default."""
    curves = scattered(200)
    lines = strokes(curves)
    place, greedy = HOME, 0.0
    while lines:
        line = min((turned for each in lines for turned in (each, each[::-1])), key=lambda line: dist(place, line[0]))
        lines.remove(min(line, line[::-1]))
        greedy, place = greedy + dist(place, line[0]), line[-1]
    assert length(strokes(ordered(curves, HOME), as_drawn=True)) < 0.875 * greedy


def test_many_strokes_are_ordered_part_by_part() -> None:
    """So that time grows with their number, not with its square; nothing is lost where parts meet."""
    curves = scattered(MOST + 5)
    found = ordered(curves, HOME)
    assert sorted(strokes(found)) == sorted(strokes(curves))
    assert travelled(found) < travelled(curves) / 5
