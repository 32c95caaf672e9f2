"""How far drawings cover each other."""

import numpy as np
import pytest

from model.picture.overlap import blurred, nearest
from model.strokes import Array, from_polylines

SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)
CROSS = [np.array([[0, 0], [100, 100]], float), np.array([[100, 0], [0, 100]], float)]


def squares(*moves: float) -> list[Array]:
    """A square, a corner moved by so much."""
    return [from_polylines([SQUARE + move * (np.arange(5)[:, None] == 2)]) for move in moves]


def test_the_same_lines_are_1_wherever_they_are() -> None:
    """Place, size and order leave no trace; another drawing is less."""
    pictures = blurred([from_polylines([SQUARE]), from_polylines([SQUARE[::-1] * 3 + 50]), from_polylines(CROSS)])
    nearness = pictures @ pictures.T
    assert nearness[0, 1] == pytest.approx(1, abs=1e-3)
    assert nearness[0, 2] < 0.7
    assert np.diag(nearness) == pytest.approx([1, 1, 1], abs=1e-5)


def test_the_nearest_is_chosen_of_each() -> None:
    """As many for each choice in turn; weights say which original counts."""
    drawings = [*squares(60, 20, 0), from_polylines(CROSS), *squares(0, 30)]
    originals = [from_polylines([SQUARE]), from_polylines(CROSS)]
    assert nearest(drawings, originals, [(1, 0), (1, 0)]) == [2, 4]
    assert nearest(drawings, originals, [(1, 0), (0, 1)]) == [2, 3]


def test_a_drawing_without_points_is_a_dot() -> None:
    """It can be compared like any other."""
    assert np.isfinite(blurred([np.array([[0, 0, 0, 0, 1]], np.float32)])).all()
