"""Where the ink of drawings lies on a canvas: one geometry for SVG, PNG and GIF."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.picture.frame import framed
from model.picture.look import PLAIN, Look
from model.strokes import Array, to_polylines

DECIMALS = 1  # of a coordinate: a tenth of a pixel of the 0..255 box cannot be seen
CELL = 272.0  # a side of a sheet's cell without its padding: drawings are 255 pixels long, and some stray a little


@dataclass(frozen=True, slots=True)
class Placed:
    """A drawing on a canvas: its strokes, [m, 2] each, lie at `corner + scale * stroke`."""

    strokes: Sequence[Array]
    corner: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0


@dataclass(frozen=True, slots=True)
class Layout:
    """A canvas: its low corner (x, y), its size, the width of all lines on it, and the drawings.

    `sides`: how wide and high it is to be shown, in pixels of CSS, where the look says it.
    """

    low: tuple[float, float]
    size: tuple[float, float]
    line: float
    drawings: Sequence[Placed]
    sides: tuple[float, float] | None = None


def alone(stroke5: Array, look: Look = PLAIN) -> Layout:
    """A canvas around the ink of one drawing, stroke-5 rows [T, 5], with its padding on each side.

    Raises ValueError when a length of the look is not one.
    """
    strokes = to_polylines(stroke5)
    (x, y), (width, height) = _extent(strokes, _margin(look))
    low, size, sides = framed((float(x), float(y)), (float(width), float(height)), look)
    return Layout(low, size, look.stroke_width, [Placed(strokes)], sides)


def sheet(drawings: Sequence[Array], look: Look = PLAIN, *, columns: int) -> Layout:
    """Drawings [T, 5] in rows of `columns`, each centred in a square cell, to one scale; what is too large is shrunk.

    The padding is between a drawing and its cell's edge, at least; the look's gap is between cells. Raises ValueError
    when a length of the look is not one or there is no column.
    """
    if columns < 1:
        raise ValueError(f"columns is {columns}; a sheet has at least one")
    if look.stroke_width >= CELL:
        raise ValueError(f"stroke_width is {look.stroke_width}; a sheet's lines are thinner than {CELL:g}")
    cell = CELL + 2 * look.padding
    room = cell - 2 * _margin(look)
    placed = []
    for i, stroke5 in enumerate(drawings):
        strokes = to_polylines(stroke5)
        low, size = _extent(strokes, 0.0)
        scale = min(1.0, room / float(size.max()))
        corner = np.array([i % columns, i // columns]) * (cell + look.gap) + cell / 2 - scale * (low + size / 2)
        placed.append(Placed(strokes, (float(corner[0]), float(corner[1])), scale))
    rows = -(-len(drawings) // columns)
    whole = (columns * (cell + look.gap) - look.gap, rows * (cell + look.gap) - look.gap)
    low_corner, outer, sides = framed((0.0, 0.0), whole, look)
    return Layout(low_corner, outer, look.stroke_width, placed, sides)


def square(count: int) -> int:
    """Columns of the squarest sheet of so many drawings."""
    return math.ceil(math.sqrt(count))


def _margin(look: Look) -> float:
    """Between the points of a drawing and the edge."""
    for name, value in (("stroke_width", look.stroke_width), ("padding", look.padding)):
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}; it must be a number of 0 or more")
    return look.stroke_width / 2 + look.padding


def _extent(strokes: Sequence[Array], margin: float) -> tuple[Array, Array]:
    """Low corner and size [2] of the box around all points with a margin, rounded as coordinates are; never empty."""
    points = np.concatenate(strokes) if strokes else np.zeros((1, 2), np.float32)
    low = np.round(points.min(axis=0).astype(np.float64) - margin, DECIMALS)
    high = np.round(points.max(axis=0).astype(np.float64) + margin, DECIMALS)
    return low, np.maximum(np.round(high - low, DECIMALS), 10**-DECIMALS)
