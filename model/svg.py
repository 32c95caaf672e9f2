"""SVG of a drawing, and of a sheet of them: one path for each pen stroke."""

import math
from collections.abc import Sequence

import numpy as np
import svgwrite
from svgwrite.container import Group
from svgwrite.path import Path

from model.strokes import Array, to_polylines

STROKE_WIDTH = 3.0  # pixels of the 0..255 box
PADDING = 4.0
COLOR = "black"
DECIMALS = 1  # of a coordinate: a tenth of a pixel of the 0..255 box cannot be seen


def to_svg(
    stroke5: Array,
    *,
    stroke_width: float = STROKE_WIDTH,
    color: str = COLOR,
    padding: float = PADDING,
    title: str | None = None,
) -> str:
    """An SVG document of stroke-5 rows [T, 5] whose view box fits the ink, with `padding` pixels around it.

    Raises ValueError or TypeError when `color` is not an SVG colour, ValueError when a length is not one.
    """
    _check("padding", padding, least=0)
    strokes = to_polylines(stroke5)
    low, size = _extent(strokes, stroke_width / 2 + padding)
    document = svgwrite.Drawing(size=None, viewBox=" ".join(_number(v) for v in (*low, *size)))
    if title:
        document.set_desc(title=title)
    document.add(_ink(document, strokes, stroke_width, color))
    return str(document.tostring())


def sheet_svg(
    drawings: Sequence[Array],
    *,
    columns: int,
    cell: float = 280.0,
    stroke_width: float = STROKE_WIDTH,
    color: str = COLOR,
    background: str | None = None,
) -> str:
    """An SVG document of many drawings in rows of `columns`, each centred in a square cell and never enlarged."""
    _check("columns", columns, least=1)
    rows = -(-len(drawings) // columns)
    document = svgwrite.Drawing(size=None, viewBox=f"0 0 {_number(columns * cell)} {_number(rows * cell)}")
    if background:
        document.add(document.rect((0, 0), ("100%", "100%"), fill=background))
    for i, stroke5 in enumerate(drawings):
        strokes = to_polylines(stroke5)
        low, size = _extent(strokes, stroke_width)
        scale = min(1.0, cell / max(size))
        corner = (np.array([i % columns, i // columns]) + 0.5) * cell - scale * (low + size / 2)
        group = _ink(document, strokes, stroke_width / scale, color)
        group.translate(round(float(corner[0]), DECIMALS), round(float(corner[1]), DECIMALS))
        group.scale(round(float(scale), 4))
        document.add(group)
    return str(document.tostring())


def _extent(strokes: Sequence[Array], margin: float) -> tuple[Array, Array]:
    """(low corner [2], size [2]) of the box around all points with a margin, rounded as the coordinates are."""
    points = np.concatenate(strokes) if strokes else np.zeros((1, 2), np.float32)
    low = np.round(points.min(axis=0).astype(np.float64) - margin, DECIMALS)
    high = np.round(points.max(axis=0).astype(np.float64) + margin, DECIMALS)
    return low, np.round(high - low, DECIMALS)


def _ink(document: svgwrite.Drawing, strokes: Sequence[Array], stroke_width: float, color: str) -> Group:
    _check("stroke_width", stroke_width, least=0)
    if not color.strip():  # svgwrite lets it pass, and nothing would be seen
        raise ValueError("color is empty")
    style = {"stroke_linecap": "round", "stroke_linejoin": "round"}
    group = document.g(fill="none", stroke=color, stroke_width=round(stroke_width, 3), **style)
    for stroke in strokes:
        group.add(Path(d=_path(stroke), debug=False))  # svgwrite would parse what is made of our own numbers again
    return group


def _check(name: str, value: float, *, least: float) -> None:
    if not least <= value < math.inf:
        raise ValueError(f"{name} is {value}; it must be a number of {least} or more")


def _number(value: float) -> str:
    """A number rounded as coordinates are, without needless zeros."""
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _path(points: Array) -> str:
    """Path data through points [m, 2]; a lone point becomes a dot, a line of no length with round ends."""
    pairs = [f"{x:.{DECIMALS}f} {y:.{DECIMALS}f}".replace("-0.0", "0.0") for x, y in points.tolist()]
    return "M" + " L".join(pairs if len(pairs) > 1 else pairs * 2)
