"""Many drawings in rows, each row with its label."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from model.strokes import Array
from training.figure import style
from training.figure.ink import extent, ink

CELL = 0.95  # inches
HEAD, FOOT, EDGE = 0.85, 0.15, 0.2  # inches above, below and beside the drawings
BOX = 255.0  # pixels of a drawing that fills its cell; larger ones are made smaller, none is enlarged
FILLED = 0.88  # of a cell


def grid(title: str, note: str, rows: Sequence[tuple[str, Sequence[Array]]], *, labels: float = 1.0) -> Figure:
    """A figure of rows of drawings [T, 5] with a label each, `labels` inches wide."""
    columns = max(len(drawings) for _, drawings in rows)
    width, height = labels + columns * CELL + 2 * EDGE, HEAD + len(rows) * CELL + FOOT
    figure = style.new_figure(width, height)
    style.headline(figure, title, note)
    box = ((EDGE + labels) / width, FOOT / height, columns * CELL / width, len(rows) * CELL / height)
    axes = figure.add_axes(box)
    axes.set_xlim(0, columns)
    axes.set_ylim(len(rows), 0)
    axes.axis("off")
    for i, (_, drawings) in enumerate(rows):
        for j, drawing in enumerate(drawings):
            ink(axes, drawing, to=_fitted(drawing, np.array([j + 0.5, i + 0.5])), width=1.3)
    style.rows_labelled([label for label, _ in rows], axes, [i + 0.5 for i in range(len(rows))], -0.12)
    return figure


def _fitted(drawing: Array, centre: Array) -> Array:
    """The map [2, 3] that centres a drawing in its cell, smaller where it is larger than the box."""
    low, high = extent([drawing])
    scale = FILLED / max(BOX, float((high - low).max()))
    moved = centre - scale * (low + high) / 2
    return np.column_stack([np.eye(2) * scale, moved]).astype(np.float32)
