"""Fewer points for the same line, as Quick, Draw! has them.

Ramer, "An iterative procedure for the polygonal approximation of plane curves" (1972); Douglas and Peucker (1973).
"""

import numpy as np
from numpy.typing import NDArray

EPSILON = 2.0  # pixels of the 0..255 box; the value in the README of the Quick, Draw! dataset


def simplify(points: NDArray[np.float64], epsilon: float = EPSILON) -> NDArray[np.float64]:
    """Those of the points [m, 2] without which the line would be off by more than `epsilon`; the ends always."""
    keep = np.zeros(len(points), dtype=bool)
    keep[[0, -1]] = True
    pieces = [(0, len(points) - 1)]
    while pieces:
        first, last = pieces.pop()
        if last - first < 2:
            continue
        between = _distance(points[first + 1 : last], points[first], points[last])
        farthest = int(np.argmax(between))
        if between[farthest] > epsilon:
            middle = first + 1 + farthest
            keep[middle] = True
            pieces += [(first, middle), (middle, last)]
    return points[keep]


def _distance(points: NDArray[np.float64], start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Of points [m, 2] from the stretch between two others: [m]."""
    along, off = end - start, points - start
    length = float(along @ along)
    part = np.clip(off @ along / length, 0, 1)[:, None] if length else np.zeros((len(points), 1))
    return np.asarray(np.hypot(*(off - part * along).T))
