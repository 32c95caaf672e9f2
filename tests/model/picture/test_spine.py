"""What a line of changing width lies along."""

import numpy as np
import pytest

from model.picture.curves import Curves, smooth
from model.picture.spine import STEP, split

STROKES = [np.array([(0, 0), (90, 10), (100, 80), (100, 80), (0, 90)], np.float32), np.array([(7, 7)], np.float32)]


def test_the_pieces_of_a_curve_are_the_curve() -> None:
    """Each goes on where the one before it ends, none is much longer than a step, and all lie on their curves."""
    curves = smooth(STROKES)
    spine = split(curves)
    assert spine.pieces[1:-1, 0] == pytest.approx(spine.pieces[:-2, 3])
    assert spine.lengths().max() < 1.2 * STEP
    fine = curves.at(np.linspace(0, 1, 2001)).reshape(-1, 2)
    pieces = np.ascontiguousarray(spine.pieces).view(np.float64).reshape(-1, 4, 2)
    for place in Curves(pieces, spine.first).at(np.array([0.2, 0.7])).reshape(-1, 2):
        assert np.linalg.norm(fine - place, axis=1).min() < 0.1


def test_a_curve_that_goes_nowhere_is_left_out_but_a_dot_stays() -> None:
    """So every piece of a stroke has a direction, and a turn from the one before it."""
    spine = split(smooth(STROKES))
    assert (spine.lengths()[:-1] > 0).all()
    assert (spine.lengths()[-1], spine.first[-1], spine.strokes()[-1]) == (0, len(spine.pieces) - 1, 1)
    assert np.isfinite(spine.turns()).all()
    assert np.isfinite(spine.bends()).all()
