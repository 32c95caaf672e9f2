"""What is said of drawings as drawings."""

import numpy as np
import pytest

from model.strokes import from_polylines
from training.errors import DataError
from training.score.traits import Spread, traits


def test_points_strokes_and_size_are_those_of_the_picture() -> None:
    """Every point counts, each pen stroke once, and the longer side of the drawing's box is its size."""
    drawings = [from_polylines([[[0, 0], [40 * k, 0], [40 * k, 10]], [[0, 5], [1, 5]][:k]]) for k in (1, 2, 2)]
    found = traits(drawings)
    assert (found.n, found.ended) == (3, 1.0)
    assert found.points == Spread(4, 5, 5)
    assert found.strokes.median == 2
    assert found.side == Spread(40, 80, 80)


def test_nine_in_ten_lie_in_the_spread() -> None:
    """The spread runs from the 5 % to the 95 % quantile, and the share that ended is what was counted."""
    drawings = [from_polylines([np.array([[0, 0], [side, 0]])]) for side in range(1, 102)]
    found = traits(drawings, ended=50)
    assert found.side == Spread(6, 51, 96)
    assert found.ended == pytest.approx(50 / 101)


def test_no_drawings_have_no_traits() -> None:
    """Nothing is not described."""
    with pytest.raises(DataError, match="no drawings"):
        traits([])
