import numpy as np

from model.strokes import to_polylines
from tests.training import shapes
from training.figure.representations import displacements, points, polar

DRAWING = shapes.drawings("zigzag", 1)[0]


def test_all_say_the_same_drawing() -> None:
    """Displacements add up to the points of the strokes, and polar ones turn back into displacements."""
    dx, dy = displacements(DRAWING)
    length, direction = polar(DRAWING)
    np.testing.assert_allclose([length * np.cos(direction), length * np.sin(direction)], [dx, dy], atol=1e-9)
    np.testing.assert_allclose(np.stack(points(DRAWING), axis=1), np.concatenate(to_polylines(DRAWING))[1:], atol=1e-3)
