"""The box of Quick, Draw!'s simplified drawings, and fewer points for the same line, as they have them.

Ramer, "An iterative procedure for the polygonal approximation of plane curves" (1972); Douglas and Peucker (1973).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.errors import DrawingError

Points = NDArray[np.float64]  # [m, 2]

SIDE = 255.0  # longest side of a drawing
EPSILON = 2.0  # pixels of the 0..255 box; the value in the README of the Quick, Draw! dataset


def fit(lines: Sequence[Points]) -> tuple[list[Points], float]:
    """Lines [m, 2] moved to the top-left corner and scaled evenly to a longest side of 255, and that scale.

    A lone dot keeps its scale. Raises DrawingError when there is none, or a number is not finite or too large.
    """
    points = np.concatenate([np.zeros((0, 2)), *lines])
    if not len(points):
        raise DrawingError("a drawing needs at least one point")
    with np.errstate(over="ignore", invalid="ignore"):
        low = points.min(axis=0)
        side = float((points.max(axis=0) - low).max())
        scale = SIDE / side if side > 0 else 1.0
    if not (np.isfinite(points).all() and np.isfinite([side, scale]).all()):
        raise DrawingError("a drawing's coordinates must be finite numbers of a reasonable size")
    return [(line - low) * scale for line in lines], scale


def simplify(points: Points, epsilon: float = EPSILON, most: int | None = None) -> Points:
    """Those of the points [m, 2] without which the line would be off by more than `epsilon`; the ends always.

    In the worst case that takes quadratic time. `most`: stop once more are left, for a caller who refuses so many; that
    takes linear time.
    """
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    left = min(2, len(points))
    pieces = [(0, len(points) - 1)]
    while pieces:
        if most is not None and left > most:
            break
        first, last = pieces.pop()
        if last - first < 2:
            continue
        between = _distance(points[first + 1 : last], points[first], points[last])
        farthest = int(np.argmax(between))
        if between[farthest] > epsilon:
            middle = first + 1 + farthest
            keep[middle] = True
            left += 1
            pieces += [(first, middle), (middle, last)]
    return points[keep]


def _distance(points: Points, start: Points, end: Points) -> NDArray[np.float64]:
    """Of points [m, 2] from the stretch between two others: [m]."""
    along, off = end - start, points - start
    length = float(along @ along)
    part = np.clip(off @ along / length, 0, 1)[:, None] if length else np.zeros((len(points), 1))
    return np.asarray(np.hypot(*(off - part * along).T))
