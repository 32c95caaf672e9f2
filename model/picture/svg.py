"""SVG of a drawing, and of a sheet of them: one path for each pen stroke."""

from collections.abc import Sequence

import svgwrite
from svgwrite.container import Group
from svgwrite.path import Path

from model.picture import layout
from model.picture.layout import DECIMALS, Layout, Placed
from model.picture.look import PLAIN, Look
from model.picture.paper import ink, paper, root, style
from model.strokes import Array


def to_svg(stroke5: Array, look: Look = PLAIN, *, title: str | None = None) -> str:
    """An SVG document of stroke-5 rows [T, 5] whose view box fits the ink, with the look's padding around it.

    Raises ValueError or TypeError when the look's colour is none, ValueError when one of its lengths is not one.
    """
    canvas = layout.alone(stroke5, look)
    document = _document(canvas, look, title)
    document.add(_ink(document, canvas.drawings[0], canvas.line, look))
    return str(document.tostring())


def sheet_svg(
    drawings: Sequence[Array], look: Look = PLAIN, *, columns: int, titles: Sequence[str] | None = None
) -> str:
    """An SVG document of many drawings in rows of `columns`, each centred in a square cell and never enlarged.

    `titles`: one for each drawing. Raises as `to_svg` does.
    """
    canvas = layout.sheet(drawings, look, columns=columns)
    document = _document(canvas, look, None)
    for i, placed in enumerate(canvas.drawings):
        group = _ink(document, placed, canvas.line / placed.scale, look)
        x, y = placed.corner
        group.translate(round(x, DECIMALS), round(y, DECIMALS))
        group.scale(round(placed.scale, 4))
        if titles:
            group.set_desc(title=titles[i])
        document.add(group)
    return str(document.tostring())


def _document(canvas: Layout, look: Look, title: str | None) -> svgwrite.Drawing:
    box = [_number(v) for v in (*canvas.low, *canvas.size)]
    document = svgwrite.Drawing(size=None, viewBox=" ".join(box))
    for name, value in root(canvas, look).items():
        document[name] = value
    if title:
        document.set_desc(title=title)
    if sheet := style(look):
        document.add(document.style(sheet))
    if below := paper(look):
        rect = document.rect(box[:2], box[2:])
        rect.attribs |= below
        document.add(rect)
    return document


def _ink(document: svgwrite.Drawing, placed: Placed, stroke_width: float, look: Look) -> Group:
    if not look.color.strip():  # svgwrite lets it pass, and nothing would be seen
        raise ValueError("color is empty")
    ends = {"stroke_linecap": "round", "stroke_linejoin": "round"}
    colors = {name.replace("-", "_"): value for name, value in ink(look).items()}
    group = document.g(fill="none", stroke_width=round(stroke_width, 3), **colors, **ends)
    for stroke in placed.strokes:
        group.add(Path(d=_path(stroke), debug=False))  # svgwrite would parse what is made of our own numbers again
    return group


def _number(value: float) -> str:
    """A number rounded as coordinates are, without needless zeros."""
    return f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")


def _path(points: Array) -> str:
    """Path data through points [m, 2]; a lone point becomes a dot, a line of no length with round ends."""
    pairs = [f"{x:.{DECIMALS}f} {y:.{DECIMALS}f}".replace("-0.0", "0.0") for x, y in points.tolist()]
    return "M" + " L".join(pairs if len(pairs) > 1 else pairs * 2)
