"""What of a document is cut away: by viewports inside of it, by clip paths, and for those who look at it.

A shape is passed over where its box lies outside, so nothing is that is seen in part; off the page people draw, too.
Sources: SVG 2, section 5.8 and CSS Masking, section 3.
"""

import math
from collections.abc import Iterator, Mapping
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper
from svgelements import Matrix, Rect
from svgelements import Path as Outline

from training.data.svg.outline import SHAPES, outline_of
from training.data.svg.paint import address_of
from training.data.svg.style_sheets import local_name
from training.data.svg.transform import matrix_of

Box = tuple[float, float, float, float]  # left, top, right, bottom
EVERYWHERE: Box = (-math.inf, -math.inf, math.inf, math.inf)
NOWHERE: Box = (math.inf, math.inf, -math.inf, -math.inf)
LANGUAGE = "en"  # of who looks at it
EXTENSIONS = {"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"}  # that browsers have


def is_rendered(element: Element) -> bool:
    """Whether an element is for whoever looks at it: of their language, and without unknown extensions."""
    extensions, languages = element.get("requiredExtensions"), element.get("systemLanguage")
    knows = extensions is None or (extensions.split() != [] and set(extensions.split()) <= EXTENSIONS)
    tongues = None if languages is None else [each.strip().lower() for each in languages.split(",")]
    return knows and (tongues is None or any(each.partition("-")[0] == LANGUAGE for each in tongues))


def meet(box: Box, other: Box) -> Box:
    """What lies in both."""
    return (max(box[0], other[0]), max(box[1], other[1]), min(box[2], other[2]), min(box[3], other[3]))


def is_inside(outline: Outline, bound: Box, width: float) -> bool:
    """Whether anything of an outline lies in a box, with a line of so much width along it."""
    if bound == EVERYWHERE:
        return len(outline) > 0
    box = outline.bbox() or NOWHERE
    left, top, right, bottom = bound
    return bool(
        box[0] - width <= right and box[2] + width >= left and box[1] - width <= bottom and box[3] + width >= top
    )


def viewport(x: float, y: float, width: float, height: float, matrix: Matrix) -> Box:
    """The box around a viewport that is transformed."""
    return _box(Outline(Rect(x, y, width, height)) * matrix)


def clip_of(
    values: Mapping[str, str], by_id: Mapping[str, ElementWrapper], sides: tuple[float, float], matrix: Matrix
) -> Box:
    """The box that a `clip-path` leaves of an element, or a `mask` that is empty; everywhere where it is not known."""
    mask = by_id.get(address_of(values.get("mask", "")) or "")
    if mask is not None and local_name(mask.etree_element) == "mask" and not list(mask.iter_children()):
        return NOWHERE
    clip = by_id.get(address_of(values.get("clip-path", "")) or "")
    if clip is None or local_name(clip.etree_element) != "clipPath":
        return EVERYWHERE
    inside = list(clip.iter_children())
    is_known = all(local_name(child.etree_element) in SHAPES for child in inside)
    if not is_known or clip.etree_element.get("clipPathUnits") == "objectBoundingBox":
        return EVERYWHERE
    matrix = matrix_of(clip.etree_element.get("transform", "")) * matrix
    around = NOWHERE
    for box in _boxes(inside, sides, matrix):
        around = (min(around[0], box[0]), min(around[1], box[1]), max(around[2], box[2]), max(around[3], box[3]))
    return around


def _boxes(shapes: list[ElementWrapper], sides: tuple[float, float], matrix: Matrix) -> Iterator[Box]:
    for shape in shapes:
        element = shape.etree_element
        outline = outline_of(local_name(element), element.attrib, sides)
        if outline is not None:
            yield _box(outline * (matrix_of(element.get("transform", "")) * matrix))


def _box(outline: Outline) -> Box:
    left, top, right, bottom = outline.bbox() or NOWHERE
    return float(left), float(top), float(right), float(bottom)
