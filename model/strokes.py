"""Stroke-5, the one internal form of a drawing, and polylines at its border.

A drawing is float32 rows `(dx, dy, p1, p2, p3)`: the move that arrives at a point, in pixels with y down,
and the pen there: p1 stays down, p2 lifts after this point, p3 ends the drawing. The end row is
`(0, 0, 0, 0, 1)`. The start token `(0, 0, 1, 0, 0)` is not among the rows: it stands on the first point, the origin,
with the pen down, so the first row is the move to the second point. Source: Ha and Eck, "A Neural Representation
of Sketch Drawings" (2017), section 3.1, and the files published with it.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import DrawingError

Array = NDArray[np.float32]

DOWN, LIFT, END = 0, 1, 2  # columns of the pen state
FARTHEST = 1e6  # pixels; far beyond any canvas, and float32 still tells a tenth of a pixel there
START_ROW: Array = np.array([0, 0, 1, 0, 0], dtype=np.float32)
END_ROW: Array = np.array([0, 0, 0, 0, 1], dtype=np.float32)


def from_polylines(polylines: Sequence[ArrayLike]) -> Array:
    """Stroke-5 rows [T, 5], end row included, of strokes given as absolute points [m, 2] each.

    Strokes without points are passed over. Raises DrawingError when nothing is left or a number is not finite.
    """
    strokes = [points for points in (_points(line) for line in polylines) if len(points)]
    if not strokes:
        raise DrawingError("a drawing needs at least one point")
    if len(strokes[0]) == 1:  # the start token holds the pen down, so a dot needs a move of no length to lift it
        strokes[0] = np.repeat(strokes[0], 2, axis=0)
    points = np.concatenate(strokes)
    if not (np.abs(points) < FARTHEST).all():  # not so for NaN either
        raise DrawingError(f"a drawing's coordinates must be finite numbers, within {FARTHEST:g} of 0")
    rows = np.zeros((len(points), 5), dtype=np.float32)
    rows[:-1, :2] = np.diff(points, axis=0)
    rows[:-1, 2 + DOWN] = 1
    last = np.cumsum([len(stroke) for stroke in strokes]) - 2
    rows[last, 2:] = (0, 1, 0)
    rows[-1] = END_ROW
    return rows


def _points(line: ArrayLike) -> NDArray[np.float64]:
    points = _numbers(line)
    if points.size == 0:
        return np.zeros((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise DrawingError(f"a stroke is a list of (x, y) points, not an array of shape {points.shape}")
    return points


def to_polylines(stroke5: Array) -> list[Array]:
    """Absolute points [m, 2] in pixels, one array for each pen stroke; the end row and what follows do not count."""
    rows = stroke5[: points_of(stroke5)]
    sums = np.zeros((1 + len(rows), 2))  # the origin first
    np.cumsum(rows[:, :2], axis=0, dtype=np.float64, out=sums[1:])
    points = sums.astype(np.float32)
    lifts = np.flatnonzero(rows[:, 2 + LIFT] == 1) + 2
    return [points[begin:end] for begin, end in pairwise([0, *lifts.tolist(), len(points)]) if begin < end]


def side_by_side(drawings: Sequence[Array]) -> tuple[Array, NDArray[np.int64]]:
    """Rows [n, T, 5] of drawings of all lengths, filled up with end rows, and how many rows each has: [n]."""
    lengths = np.array([len(drawing) for drawing in drawings])
    rows = np.tile(END_ROW, (len(drawings), int(lengths.max()), 1))
    for row, drawing in zip(rows, drawings, strict=True):
        row[: len(drawing)] = drawing
    return rows, lengths


def points_of(stroke5: Array) -> int:
    """Rows before the first end row: the points that a drawing has beside the origin."""
    ends = np.flatnonzero(stroke5[:, 2 + END] == 1)
    return int(ends[0]) if len(ends) else len(stroke5)


def validate(stroke5: ArrayLike) -> Array:
    """The same rows as float32 [T, 5]; raises DrawingError unless they are a whole drawing that ends."""
    numbers = _numbers(stroke5)
    if numbers.ndim != 2 or numbers.shape[1] != 5:
        raise DrawingError(f"stroke-5 rows have 5 numbers each, not shape {numbers.shape}")
    if not (np.abs(numbers) < FARTHEST).all():  # not so for NaN either
        raise DrawingError(f"stroke-5 rows must be finite numbers, within {FARTHEST:g} of 0")
    rows = numbers.astype(np.float32)
    pens = rows[:, 2:]
    if not (np.isin(pens, (0, 1)).all() and (pens.sum(axis=1) == 1).all()):
        raise DrawingError("exactly one of p1, p2 and p3 must be 1 in each row")
    if not len(rows) or points_of(rows) != len(rows) - 1 or rows[-1, :2].any():
        raise DrawingError("a drawing has one end row (0, 0, 0, 0, 1), and it is the last")
    if len(rows) == 1:
        raise DrawingError("a drawing needs at least one point")
    return rows


def _numbers(given: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(given, dtype=np.float64)
    except (TypeError, ValueError) as error:
        raise DrawingError(f"points are lists of numbers, all of one length: {error}") from error
