"""The outline of a line whose width changes."""

import numpy as np
import pytest

from model.picture.band import banded
from model.picture.curves import Curves, straight
from model.picture.spine import split


def area(outline: Curves) -> float:
    """Inside of an outline that does not cross itself."""
    course = outline.at(np.linspace(0, 1, 9)).reshape(-1, 2).view(np.complex128)[:, 0]
    return abs(float((course.conj() * np.roll(course, -1)).imag.sum() / 2))


def test_the_outline_of_a_line_of_one_width_has_its_area() -> None:
    """A rectangle and two half discs; moved and larger it is as much larger."""
    spine = split(straight([np.array([(0, 0), (60, 80)], np.float32)]))
    line = banded(spine, np.full((len(spine.pieces), 2), 5.0))
    assert area(line.outline()) == pytest.approx(100 * 10 + np.pi * 25, rel=0.002)
    assert area(line.moved(np.array([3, 4]), 2.0).outline()) == pytest.approx(4 * area(line.outline()))


def test_a_corner_is_round_outside() -> None:
    """No farther from its point than half of the width, and the outline goes on without a gap."""
    spine = split(straight([np.array([(0, 0), (50, 0), (50, 50)], np.float32)]))
    outline = banded(spine, np.full((len(spine.pieces), 2), 5.0)).outline()
    assert outline.pieces[1:, 0] == pytest.approx(outline.pieces[:-1, 3])
    assert outline.pieces[0, 0] == pytest.approx(outline.pieces[-1, 3])
    beyond = outline.at(np.linspace(0, 1, 9)).reshape(-1, 2) - (50, 0)
    beyond = beyond[(beyond[:, 0] > 0) & (beyond[:, 1] < 0)]
    assert len(beyond)
    assert np.linalg.norm(beyond, axis=1) == pytest.approx(5, rel=0.01)
