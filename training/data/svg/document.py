"""The shapes of an SVG document that a browser shows, from the back to the front.

Containers, copies (`use`), symbols and nested documents are gone through; definitions, clips, masks, markers, patterns
and elements of other languages are not drawn by themselves. Source: SVG 2, chapters 3, 5 and 8.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from cssselect2 import ElementWrapper
from svgelements import Matrix, Viewbox
from svgelements import Path as Outline

from model.errors import DrawingError
from training.data.svg.clip import EVERYWHERE, Box, clip_of, is_inside, is_rendered, meet, viewport
from training.data.svg.outline import SHAPES, has_area, outline_of
from training.data.svg.style import GEOMETRY, INITIAL, READERS, Style, length, with_variables
from training.data.svg.style_sheets import StyleSheets, local_name
from training.data.svg.transform import matrix_of

HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
CONTAINERS = ("g", "a", "switch")
VIEWPORTS = ("svg", "symbol")
SERVERS = ("linearGradient", "radialGradient", "pattern", "meshgradient", "hatch", "solidColor", "solidcolor")
MOST_COPIED = 10_000  # elements: a few lines of `use` could make as many as they like
SIDE = 1000.0  # of a document that names no size


@dataclass(frozen=True, slots=True)
class Shown:
    """A shape that is seen: its name, its outline where it stands, and what of it is seen."""

    name: str
    outline: Outline
    stroked: bool
    filled: bool


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how an element stands: transformation, viewport (width, height), what it inherits, whose copy it is.

    `bound`: the box outside of which nothing is seen.
    """

    matrix: Matrix
    viewport: tuple[float, float]
    style: Style
    copy_of: frozenset[str] = frozenset()
    bound: Box = EVERYWHERE


class Document:
    """One SVG document by its outermost element."""

    def __init__(self, root: Element) -> None:
        self._root = ElementWrapper.from_xml_root(root)
        self._sheets = StyleSheets(root, READERS)
        self._by_id: dict[str, ElementWrapper] = {}
        for element in self._root.iter_subtree():
            self._by_id.setdefault(element.etree_element.get("id", ""), element)
        self._left = MOST_COPIED
        box = Viewbox(root.get("viewBox"))
        whole = (box.width or SIDE, box.height or SIDE)
        width, height = (
            length(root.get(name, "auto"), side) for name, side in zip(("width", "height"), whole, strict=True)
        )
        self.size = (whole[0] if width is None else width, whole[1] if height is None else height)

    def shown(self) -> Iterator[Shown]:
        """Its shapes in the order of their drawing. Raises DrawingError when there are too many."""
        servers = (name for name, element in self._by_id.items() if local_name(element.etree_element) in SERVERS)
        place = Place(Matrix(), self.size, replace(INITIAL, servers=frozenset(servers)))
        yield from self._viewport(self._root, place, {"width": "100%", "height": "100%", "x": "0", "y": "0"})

    def _element(self, element: ElementWrapper, place: Place) -> Iterator[Shown]:
        self._left -= bool(place.copy_of)
        if self._left < 0:
            raise DrawingError(f"`use` makes more than {MOST_COPIED:,} elements")
        name = local_name(element.etree_element)
        if not is_rendered(element.etree_element):
            return
        if name == "svg":
            yield from self._viewport(element, place, {})
        elif name in (*CONTAINERS, *SHAPES, "use"):
            values, place = self._styled(element, place)
            if place.style.display == "none" or place.matrix.determinant == 0:
                return
            if place.style.display == "contents" and name in SHAPES:  # which has none
                return
            if name == "use":
                yield from self._copy(values, place, element.ancestors)
            elif name in SHAPES:
                yield from _shape(name, values, place)
            else:
                for child in _children(element):
                    yield from self._element(child, place)

    def _viewport(self, element: ElementWrapper, place: Place, given: Mapping[str, str]) -> Iterator[Shown]:
        """What is inside of an `svg` or a `symbol`, the place and size of which may be `given` from outside."""
        values, place = self._styled(element, place)
        if place.style.display == "none":
            return
        values |= given
        x, y = (length(values.get(name, "0"), side) or 0.0 for name, side in zip("xy", place.viewport, strict=True))
        sides = zip(("width", "height"), place.viewport, strict=True)
        width, height = (length(text, side) if _is_size(text := values.get(name, "")) else side for name, side in sides)
        box = Viewbox(values.get("viewBox"))
        sized = box.width is not None and box.height is not None
        if not (width and height) or min(width, height) < 0 or (sized and min(box.width, box.height) <= 0):
            return
        bound = place.bound
        if values.get("overflow") not in ("visible", "auto") and element is not self._root:
            bound = meet(bound, viewport(x, y, width, height, place.matrix))
        matrix, inside = Matrix.translate(x, y), (width, height)
        if sized:
            aspect = values.get("preserveAspectRatio")
            inside = (box.width, box.height)
            matrix = Matrix(Viewbox.viewbox_transform(x, y, width, height, box.x, box.y, *inside, aspect))
        place = replace(place, matrix=matrix * place.matrix, viewport=inside, bound=bound)
        for child in element.iter_children():
            yield from self._element(child, place)

    def _copy(self, values: Mapping[str, str], place: Place, around: Sequence[ElementWrapper]) -> Iterator[Shown]:
        """What a `use` shows; nothing when it names another file, nothing, or what it is itself inside of."""
        link = next((values[name] for name in HREFS if name in values), "").strip()
        target = self._by_id.get(unquote(link.removeprefix("#")))
        if target is None or not link.startswith("#") or link in place.copy_of or target in around:
            return
        if not is_rendered(target.etree_element):
            return
        x, y = (length(values.get(name, "0"), side) or 0.0 for name, side in zip("xy", place.viewport, strict=True))
        place = replace(place, matrix=Matrix.translate(x, y) * place.matrix, copy_of=place.copy_of | {link})
        if local_name(target.etree_element) in VIEWPORTS:
            given = {name: values[name] for name in ("width", "height") if _is_size(values.get(name, ""))}
            yield from self._viewport(target, place, given)
        else:
            yield from self._element(target, place)

    def _styled(self, element: ElementWrapper, place: Place) -> tuple[dict[str, str], Place]:
        """The attributes of an element, with what style sheets make of them, and where its inside stands."""
        declared = self._sheets.declared(element)
        style = place.style.of_child(declared)
        values = dict(element.etree_element.attrib)
        values |= {name: with_variables(declared[name], style.variables) for name in GEOMETRY if name in declared}
        matrix = matrix_of(values.get("transform", "")) * place.matrix
        bound = meet(place.bound, clip_of(values, self._by_id, place.viewport, matrix))
        return values, replace(place, matrix=matrix, style=style, bound=bound)


def _shape(name: str, values: Mapping[str, str], place: Place) -> Iterator[Shown]:
    stroked, filled = place.style.strokes, place.style.fills and name != "line"
    if stroked or filled:
        outline = outline_of(name, values, place.viewport)
        if outline is not None and (stroked or has_area(outline)):
            placed = (outline * place.matrix).reify()
            if is_inside(placed, place.bound, place.style.line_width * abs(place.matrix.determinant) ** 0.5):
                yield Shown(name, placed, stroked, filled and has_area(outline))


def _children(element: ElementWrapper) -> list[ElementWrapper]:
    """The children of a container; of a `switch` the first that is SVG and for whoever looks at it, and no other."""
    children = list(element.iter_children())
    if local_name(element.etree_element) != "switch":
        return children
    names = ((child, local_name(child.etree_element)) for child in children)
    return [child for child, name in names if name[:1] not in ("", "{") and is_rendered(child.etree_element)][:1]


def _is_size(text: str) -> bool:
    """Whether a width or height is said."""
    return length(text) is not None
