"""Stroke-5 rows of drawings as points side by side, from which their paths are sampled."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from model.errors import DrawingError
from model.strokes import END, FARTHEST, LIFT


class Lines(NamedTuple):
    """Points of n drawings side by side: [n, P, 2], and which begin a stroke [n, P]; the last point fills a row up."""

    points: Tensor
    begins: Tensor


def check(drawing: Tensor) -> int:
    """The rows of a drawing [T, 5] before its end row, or all. Raises DrawingError for what is none, or empty."""
    if drawing.dim() != 2 or drawing.size(1) != 5:
        raise DrawingError(f"stroke-5 rows have 5 numbers each, not shape {tuple(drawing.shape)}")
    ends = torch.nonzero(drawing[:, 2 + END] == 1)
    rows = int(ends[0]) if len(ends) else len(drawing)
    if not rows:
        raise DrawingError("a drawing needs at least one point")
    pens = drawing[:rows, 2:]
    if not (((pens == 0) | (pens == 1)).all() and (pens.sum(dim=1) == 1).all()):
        raise DrawingError("exactly one of p1, p2 and p3 must be 1 in each row")
    if not (drawing[:rows, :2].double().cumsum(dim=0).abs() < FARTHEST).all():  # not so for NaN either
        raise DrawingError(f"a drawing's coordinates must be finite numbers, within {FARTHEST:g} of 0")
    return rows


def lines_of(drawings: Sequence[Tensor], first: int = 0) -> Lines:
    """The points of drawings [T, 5], of which there is at least one; errors number them from `first`.

    Raises DrawingError for what is none, or empty.
    """
    counts = []
    for number, drawing in enumerate(drawings, first):
        try:
            counts.append(check(drawing))
        except DrawingError as error:
            raise DrawingError(f"drawing {number}: {error}") from None
    most = max(counts) + 1  # the origin is a point, too
    points = torch.zeros(len(drawings), most, 2)
    begins = torch.zeros(len(drawings), most, dtype=torch.bool)
    for drawing, rows, place, begin in zip(drawings, counts, points, begins, strict=True):
        path = drawing[:rows, :2].double().cumsum(dim=0)
        middle = (path.amin(dim=0).clamp(max=0) + path.amax(dim=0).clamp(min=0)) / 2  # in float32, far from 0 is coarse
        place[: rows + 1] = torch.cat([torch.zeros(1, 2), path]) - middle
        place[rows + 1 :] = place[rows]
        begin[0] = True
        begin[2 : rows + 1] = drawing[: rows - 1, 2 + LIFT] == 1
    return Lines(points, begins)
