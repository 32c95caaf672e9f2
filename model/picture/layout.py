"""Where the ink of drawings lies on a canvas: one geometry for SVG, PNG and GIF."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from model.picture.curves import Curves, smooth, straight
from model.picture.frame import framed
from model.picture.look import PLAIN, Look
from model.strokes import Array, to_polylines

TENTHS = 10  # of a pixel, of which the box of a drawing has whole ones
CELL = 272.0  # a side of a sheet's cell without its padding: drawings are 255 pixels long, and some stray a little


Corner = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Layout:
    """A canvas: its low corner (x, y), its size, the width of all lines on it, and the drawings, where they lie.

    `sides`: how wide and high it is to be shown, in pixels of CSS, where the look says it. `brush`: the lines are
    those of a brush, of which the widest has that width.
    """

    low: Corner
    size: Corner
    line: float
    drawings: Sequence[Curves]
    sides: Corner | None = None
    brush: bool = False


def alone(stroke5: Array, look: Look = PLAIN) -> Layout:
    """A canvas around the ink of one drawing, stroke-5 rows [T, 5], with its padding on each side.

    Raises ValueError when a length of the look is not one.
    """
    curves = _curves(stroke5, look)
    low, size, sides = framed(*_extent(curves, _margin(look)), look)
    return Layout(low, size, look.line, [curves], sides, look.pen == "brush")


def sheet(drawings: Sequence[Array], look: Look = PLAIN, *, columns: int) -> Layout:
    """Drawings [T, 5] in rows of `columns`, each centred in a square cell, to one scale; what is too large is shrunk.

    The padding is between a drawing and its cell's edge, at least; the look's gap is between cells. Raises ValueError
    when a length of the look is not one or there is no column.
    """
    if columns < 1:
        raise ValueError(f"columns is {columns}; a sheet has at least one")
    if look.line >= CELL:
        raise ValueError(f"stroke_width is {look.stroke_width}; a sheet's lines are thinner than {CELL:g}")
    cell = CELL + 2 * look.padding
    room = cell - 2 * _margin(look)
    placed = []
    for i, stroke5 in enumerate(drawings):
        curves = _curves(stroke5, look)
        low, size = map(np.array, _extent(curves, 0.0))
        scale = min(1.0, room / float(size.max()))
        corner = np.array([i % columns, i // columns]) * (cell + look.gap) + cell / 2 - scale * (low + size / 2)
        placed.append(curves.moved(corner, scale))
    rows = -(-len(drawings) // columns)
    whole = (columns * (cell + look.gap) - look.gap, rows * (cell + look.gap) - look.gap)
    low_corner, outer, sides = framed((0.0, 0.0), whole, look)
    return Layout(low_corner, outer, look.line, placed, sides, look.pen == "brush")


def square(count: int) -> int:
    """Columns of the squarest sheet of so many drawings."""
    return math.ceil(math.sqrt(count))


def _margin(look: Look) -> float:
    """Between the points of a drawing and the edge."""
    for name, value in (("stroke_width", look.stroke_width), ("padding", look.padding)):
        if not 0 <= value < math.inf:
            raise ValueError(f"{name} is {value}; it must be a number of 0 or more")
    return look.line / 2 + look.padding


def _curves(stroke5: Array, look: Look) -> Curves:
    """The ink of a drawing, smooth or not."""
    strokes = to_polylines(stroke5)
    return smooth(strokes) if look.smooth else straight(strokes)


def _extent(curves: Curves, margin: float) -> tuple[Corner, Corner]:
    """Low corner and size of the box around all curves with a margin, in whole tenths that hold it; never empty."""
    lows, highs = (corner.tolist() for corner in curves.bounds())
    low = [math.floor((value - margin) * TENTHS) for value in lows]
    high = [math.ceil((value + margin) * TENTHS) for value in highs]
    width, height = (max(1, b - a) for a, b in zip(low, high, strict=True))
    return (low[0] / TENTHS, low[1] / TENTHS), (width / TENTHS, height / TENTHS)
