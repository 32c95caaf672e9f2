"""Drawings at any size and density, brought to the form of the simplified Quick, Draw! drawings.

As the dataset's README says: aligned to the top-left corner, scaled evenly to a longest side of 255, resampled to a
spacing of one pixel, simplified by the algorithm of Ramer, Douglas and Peucker with epsilon 2, and, as its files show,
rounded to whole pixels. So a drawing has one form, whichever file it came from.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from simplification.cutil import simplify_coords

from model.errors import DrawingError
from model.simplify import EPSILON, SIDE, Points, fit

SPACING = 1.0
# A stroke may be this long, two hundred times the box: nobody draws more in 20 seconds, and simplify_coords, which
# calls itself once for each kept point at worst, runs out of stack at twice as much.
LONGEST = 50_000.0


def as_dataset(strokes: Iterable[ArrayLike], *, simplified: bool = False) -> list[Points]:
    """Strokes of absolute points [m, 2] in any unit, y down, in the form of the simplified dataset.

    `simplified` strokes were simplified before, at their own size: they keep their points, but where that size was
    larger, since what was fine detail there is too fine here.
    Raises DrawingError when there is no point, a number is not finite, or a stroke has no end.
    """
    lines = [line for line in (np.asarray(stroke, dtype=np.float64) for stroke in strokes) if line.size]
    if any(line.ndim != 2 or line.shape[1] != 2 for line in lines):
        raise DrawingError("a stroke is a list of (x, y) points")
    lines, scale = fit(lines)
    if not simplified or scale < 1:
        lines = [_simplified(line, resample=not simplified) for line in lines]
    return [np.round(line) for line in lines]


def _simplified(line: Points, *, resample: bool) -> Points:
    """The points of a line that shape it: none that is left out was further than EPSILON from what is left."""
    reached = np.concatenate([[0.0], np.hypot(*np.diff(line, axis=0).T).cumsum()])  # length up to each point
    if reached[-1] > LONGEST:
        raise DrawingError(f"a stroke is {reached[-1] / SIDE:.0f} times as long as the drawing is large")
    if resample:
        places = np.append(np.arange(0, reached[-1], SPACING), reached[-1])
        line = np.stack([np.interp(places, reached, axis) for axis in line.T], axis=1)
    found: Points = simplify_coords(np.ascontiguousarray(line), EPSILON)
    return found
