"""The outline of each basic shape of SVG, in its own coordinates. Source: SVG 2, chapters 9 and 10."""

from collections.abc import Mapping
from contextlib import suppress

import numpy as np
import tinycss2
from svgelements import Circle, Close, Ellipse, Line, Move, PathSegment, Point, Polygon, Polyline, Rect, SimpleLine
from svgelements import Path as Outline

from training.data.svg.style import length

SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")


def outline_of(name: str, values: Mapping[str, str], viewport: tuple[float, float]) -> Outline | None:
    """The outline of a shape with such attributes in a viewport (width, height); None when nothing is drawn of it."""

    def size(key: str) -> float:
        return _sized(key, values.get(key, "0"), viewport) or 0.0

    def radii() -> tuple[float, float]:
        """Of an ellipse or of a rectangle's corners; one that is not said is like the other."""
        rx, ry = (_sized(key, values.get(key, "auto"), viewport) for key in ("rx", "ry"))
        return (ry if rx is None else rx) or 0.0, (rx if ry is None else ry) or 0.0

    outline = None
    match name:
        case "path":
            outline = _path(values.get("d", ""))
        case "polyline" | "polygon":
            made = Polyline if name == "polyline" else Polygon
            outline = Outline(made(values.get("points", "")))
        case "line":
            outline = Outline(SimpleLine(size("x1"), size("y1"), size("x2"), size("y2")))
        case "rect" if min(size("width"), size("height")) > 0:
            rx, ry = radii()
            outline = Outline(Rect(size("x"), size("y"), size("width"), size("height"), rx=rx, ry=ry))
        case "circle" if size("r") > 0:
            outline = Outline(Circle(size("cx"), size("cy"), size("r")))
        case "ellipse":
            rx, ry = radii()
            outline = Outline(Ellipse(size("cx"), size("cy"), rx, ry)) if min(rx, ry) > 0 else None
    return outline


def has_area(outline: Outline) -> bool:
    """Whether a filling of an outline would be seen: not all of its points lie on one line."""
    ends = [point for part in outline for point in (part.start, part.end, *_between(part)) if point is not None]
    points = np.array([(point.x, point.y) for point in ends], dtype=np.float64).reshape(-1, 2)
    if len(points) < 3 or not np.isfinite(points).all():
        return False
    return int(np.linalg.matrix_rank(points - points[0])) == 2


def _between(part: PathSegment) -> list[Point]:
    """A point inside of a curve, which may leave the line between its ends."""
    return [] if isinstance(part, Move | Line | Close) else [part.point(0.4), part.point(0.6)]


def _path(data: str) -> Outline:
    """A path up to where its data is wrong, as browsers draw it; in CSS it stands in `path()`."""
    if data.lstrip().lower().startswith("path("):
        (function, *_) = tinycss2.parse_component_value_list(data.strip())
        data = next((node.value for node in function.arguments if node.type == "string"), "")
    outline = Outline()
    if data.strip()[:1] in ("m", "M"):
        with suppress(ValueError):
            outline.parse(data)
    return outline


def _sized(key: str, text: str, viewport: tuple[float, float]) -> float | None:
    """A length of a shape; a percentage is of the width, the height or the mean square of both, by what it measures."""
    width, height = viewport
    if key == "r":
        return length(text, ((width**2 + height**2) / 2) ** 0.5)
    across = "x" in key or key == "width"
    return length(text, width if across else height)
