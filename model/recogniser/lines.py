"""Stroke-5 rows of drawings as points side by side, from which their paths are sampled."""

from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional

from model.errors import DrawingError
from model.strokes import END, FARTHEST, LIFT, Array, from_polylines, points_of

DOT = from_polylines([[(0, 0)]])


class Lines(NamedTuple):
    """Points of n drawings side by side: [n, P, 2], and which begin a stroke [n, P]; the last point fills a row up."""

    points: Tensor
    begins: Tensor


class Rows(NamedTuple):
    """Rows of n drawings side by side: [n, T, 5], of which the first `lengths` [n] of each count."""

    rows: Tensor
    lengths: Tensor


def visible(drawing: Array) -> Array:
    """A drawing [T, 5] that a network made, or a dot in place of one that ended at once: it shows as little."""
    return drawing if points_of(drawing) else DOT


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


def placed(rows: Tensor, lengths: Tensor, lift: int = 2 + LIFT, end: int = 2 + END) -> Lines:
    """The points of drawings by their rows [n, T, 5], each as far as its length [n] or its end row, whichever is first.

    The last two arguments are constants, which TorchScript finds nowhere else.
    """
    number = torch.arange(rows.size(1), device=rows.device)
    counts = (number < lengths[:, None]) & ((rows[..., end] == 1).cumsum(dim=1) == 0)
    moves = rows[..., :2].double().masked_fill(~counts[..., None], 0)
    points = functional.pad(moves.cumsum(dim=1), [0, 0, 1, 0])  # the origin is a point, too
    middle = (points.amin(dim=1, keepdim=True) + points.amax(dim=1, keepdim=True)) / 2
    begins = functional.pad((rows[:, :-1, lift] == 1) & counts[:, 1:], [2, 0])
    begins[:, 0] = True
    return Lines((points - middle).float(), begins)  # moved in double precision: in float32, far from 0 is coarse


def rows_of(drawings: Sequence[Tensor], first: int = 0) -> Rows:
    """The rows of drawings [T, 5], of which there is at least one; errors number them from `first`.

    Raises DrawingError for what is none, or empty.
    """
    counts: list[int] = []
    for number, drawing in enumerate(drawings, first):
        try:
            counts.append(check(drawing))
        except DrawingError as error:
            raise DrawingError(f"drawing {number}: {error}") from None
    rows = torch.zeros(len(drawings), max(counts), 5)
    for drawing, count, its in zip(drawings, counts, rows, strict=True):
        its[:count] = drawing[:count]
    return Rows(rows, torch.tensor(counts))


def lines_of(drawings: Sequence[Tensor], first: int = 0) -> Lines:
    """The points of drawings [T, 5]. Raises as `rows_of`."""
    rows, lengths = rows_of(drawings, first)
    return placed(rows, lengths)
