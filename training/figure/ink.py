"""Drawings on matplotlib's axes: the one piece of code by which every figure draws strokes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from numpy.typing import NDArray

from model.strokes import Array, to_polylines
from training.figure import style

Point = NDArray[np.floating[Any]]  # [2]


def ink(axes: Axes, stroke5: Array, *, width: float = 1.5, color: str = style.INK, to: Array | None = None) -> None:
    """Draw stroke-5 rows [T, 5] in the axes' units, or moved and scaled by the affine map `to` [2, 3]."""
    lines = to_polylines(stroke5)
    if to is not None:
        lines = [line @ to[:, :2].T + to[:, 2] for line in lines]
    axes.add_collection(LineCollection(lines, colors=color, linewidths=width, capstyle="round", joinstyle="round"))
    dots = [line[0] for line in lines if not np.ptp(line, axis=0).any()]  # a line of no length would not be seen
    if dots:
        axes.plot(*np.stack(dots).T, "o", markersize=width, markeredgewidth=0, color=color)


def jumps(axes: Axes, stroke5: Array, *, width: float = 0.8, color: str = style.FAINT) -> None:
    """Where the pen went without drawing, as dotted lines."""
    lines = to_polylines(stroke5)
    moves = [np.stack([before[-1], after[0]]) for before, after in pairwise(lines)]
    axes.add_collection(LineCollection(moves, colors=color, linewidths=width, linestyles="dotted"))


def extent(drawings: Sequence[Array]) -> tuple[Array, Array]:
    """(low [2], high [2]): the box around all points of some drawings [T, 5]."""
    points = np.concatenate([line for drawing in drawings for line in to_polylines(drawing)])
    return points.min(axis=0), points.max(axis=0)


def canvas(axes: Axes, low: Point, high: Point, *, margin: float = 0.08) -> None:
    """Axes for a drawing within a box: a pixel is as wide as it is high, y runs down, nothing is around it."""
    middle, half = (low + high) / 2, (0.5 + margin) * float((high - low).max())
    axes.set_xlim(middle[0] - half, middle[0] + half)
    axes.set_ylim(middle[1] + half, middle[1] - half)
    axes.set_aspect("equal")
    axes.axis("off")
