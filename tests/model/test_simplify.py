from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from model.simplify import simplify


def test_a_straight_line_is_its_ends() -> None:
    """Points on the way add nothing."""
    line = np.linspace([0, 0], [100, 50], 30)
    np.testing.assert_array_equal(simplify(line), line[[0, -1]])


def test_corners_stay() -> None:
    """A corner that stands out by more than epsilon is kept, one that does not is not."""
    line = np.array([[0, 0], [50, 2.5], [100, 0], [150, 1.5], [200, 0]])
    np.testing.assert_array_equal(simplify(line), line[[0, 1, 4]])


def test_a_closed_line_keeps_its_shape() -> None:
    """Where both ends are one point the distance is that from it."""
    square = np.array([[0, 0], [0, 9], [9, 9], [9, 0], [0, 0]], float)
    np.testing.assert_array_equal(simplify(square), square)


def test_short_lines_are_what_they_are() -> None:
    """One or two points stay."""
    for m in (1, 2):
        line = np.ones((m, 2))
        np.testing.assert_array_equal(simplify(line), line)


@given(arrays(np.float64, st.tuples(st.integers(1, 40), st.just(2)), elements=st.floats(-1e3, 1e3)))
def test_no_point_is_farther_off_than_epsilon(points: np.ndarray) -> None:
    """Every point that is left out lies within epsilon of the line that is left."""
    kept = simplify(points, 5.0)
    for point in points:
        gaps = []
        for a, b in pairwise(kept):
            length = float((b - a) @ (b - a))
            t = np.clip((point - a) @ (b - a) / length, 0, 1) if length else 0.0
            gaps.append(np.hypot(*(point - a - t * (b - a))))
        assert not gaps or min(gaps) <= 5.0 + 1e-6
