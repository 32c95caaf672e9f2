"""SVG of a drawing, and of a sheet of them: one path for each drawing, in which each pen stroke is a subpath."""

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

from model.picture import layout
from model.picture.animation import animated_paths
from model.picture.brush import brushed
from model.picture.curves import Curves
from model.picture.layout import Layout
from model.picture.look import PLAIN, Look
from model.picture.paper import ink, paper, root, style
from model.picture.path import GRID, path_data, short
from model.strokes import Array


def to_svg(stroke5: Array, look: Look = PLAIN, *, title: str | None = None) -> str:
    """An SVG document of stroke-5 rows [T, 5] whose view box fits the ink, with the look's padding around it.

    Raises ValueError when one of the look's colours is none, or one of its lengths is not one.
    """
    return svg(layout.alone(stroke5, look), look, title=title)


def sheet_svg(
    drawings: Sequence[Array], look: Look = PLAIN, *, columns: int, titles: Sequence[str] | None = None
) -> str:
    """An SVG document of many drawings in rows of `columns`, each centred in a square cell and never enlarged.

    `titles`: one for each drawing. Raises as `to_svg` does.
    """
    canvas = layout.sheet(drawings, look, columns=columns)
    return _document(canvas, look, "", [_titled(title) for title in titles or [""] * len(drawings)])


def svg(canvas: Layout, look: Look = PLAIN, *, title: str | None = None) -> str:
    """An SVG document of a canvas under one title. Raises as `to_svg` does."""
    return _document(canvas, look, _titled(title), [""] * len(canvas.drawings))


def _document(canvas: Layout, look: Look, title: str, titles: Sequence[str]) -> str:
    """All of it; `title` and the `titles` of drawings are elements, or nothing."""
    box = [short(value) for value in (*canvas.low, *canvas.size)]
    space = {"xmlns": "http://www.w3.org/2000/svg", "viewBox": " ".join(box)}
    moves = look.animation
    rules = (style(look) or "") + (moves.style() if moves else "")
    below = paper(look)
    paths = [_drawing(canvas, look, curves, named) for curves, named in zip(canvas.drawings, titles, strict=True)]
    content = [
        title,
        _element("style", {}, rules) if rules else "",
        _element("rect", dict(zip(("x", "y", "width", "height"), box, strict=True)) | below) if below else "",
        _element("g", _lines(canvas, look), "".join(paths)),
    ]
    outermost = space | root(canvas, look)
    if moves:
        outermost["class"] = " ".join(filter(None, (outermost.get("class"), moves.name)))
    return _element("svg", outermost, "".join(content))


def _lines(canvas: Layout, look: Look) -> dict[str, str]:
    """How all lines are drawn."""
    grid = {"transform": f"scale({short(1 / GRID, 2)})"}
    if canvas.brush:
        return ink(look) | grid
    width = {"stroke-width": short(canvas.line * GRID, 2), "stroke-linecap": "round", "stroke-linejoin": "round"}
    return {"fill": "none"} | ink(look) | width | grid


def _drawing(canvas: Layout, look: Look, curves: Curves, named: str) -> str:
    """A drawing: all strokes at once, or one after the other where it draws itself."""
    if canvas.brush:
        return _element("path", {"d": path_data(brushed(curves, canvas.line).outline())}, named)
    if not look.animation:
        return _element("path", {"d": path_data(curves)}, named)
    paths = animated_paths(curves)
    return _element("g", {}, named + paths) if named else paths


def _element(name: str, attributes: Mapping[str, str], content: str = "") -> str:
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _titled(text: str | None) -> str:
    return f"<title>{escape(text)}</title>" if text else ""
