from xml.etree import ElementTree

import numpy as np
import pytest

from model.errors import DrawingError
from training.data.svg.document import Document, Shown

HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">'
SYMBOL = '<symbol id="s" viewBox="0 0 8 5"><path d="M0 0L8 5"/></symbol>'
SEEN = '<path fill="none" stroke="#000" d="M10 40L90 90"/>'


def shown(body: str) -> list[Shown]:
    return list(Document(ElementTree.fromstring(f"{HEAD}{body}</svg>")).shown())


def boxes(body: str) -> list[tuple[float, ...]]:
    return [tuple(np.round(shape.outline.bbox(), 3).tolist()) for shape in shown(body)]


@pytest.mark.parametrize(
    "hidden",
    [
        '<path visibility="hidden" stroke="#000" d="M0 0H100"/>',
        '<g style="visibility:hidden"><path stroke="#000" d="M0 5H100"/></g>',
        '<path style="visibility: collapse" stroke="#000" d="M0 5H100"/>',
        '<g style="display : none"><path stroke="#000" d="M0 5H100"/></g>',
        '<path style="display:none !important" display="inline" stroke="#000" d="M0 5H100"/>',
        '<path opacity="0" stroke="#000" d="M0 10H100"/>',
        '<g opacity="0%"><path opacity="1" stroke="#000" d="M0 10H100"/></g>',
        '<path stroke-opacity="0" stroke="#000" d="M0 15H100"/>',
        '<g stroke-opacity=".0"><path stroke="#000" d="M0 15H100"/></g>',
        '<path stroke-width="0" stroke="#000" d="M0 20H100"/>',
        '<path style="stroke-width:0px" stroke="#000" d="M0 20H100"/>',
        '<path stroke="transparent" d="M0 25H100"/>',
        '<path stroke="#0000" d="M0 25H100"/>',
        '<path stroke="rgba(0, 0, 0, 0)" d="M0 25H100"/>',
        '<path stroke="hsl(0 0% 0% / 0%)" d="M0 25H100"/>',
        '<path stroke="none" d="M0 25H100"/>',
        '<path color="transparent" stroke="currentColor" d="M0 25H100"/>',
        '<path stroke="bogus" d="M0 25H100"/>',
        '<path stroke="url(#gone)" d="M0 25H100"/>',
        '<line x1="0" y1="0" x2="9" y2="9"/>',
        '<path stroke="#000" transform="scale(0)" d="M0 25H100"/>',
        '<rect stroke="#000" width="0" height="9"/>',
        '<rect stroke="#000" height="9"/>',
        '<circle stroke="#000" cx="9"/>',
        '<ellipse stroke="#000" rx="0" ry="9"/>',
        *(
            f'<{name} id="a"><path stroke="#000" d="M0 30H100"/></{name}>'
            for name in (
                "defs",
                "symbol",
                "clipPath",
                "mask",
                "marker",
                "pattern",
                "metadata",
                "foreignObject",
                "other",
            )
        ),
        '<x:path xmlns:x="urn:x" stroke="#000" d="M0 30H100"/>',
        '<svg width="0" height="9"><path stroke="#000" d="M0 30H100"/></svg>',
        '<svg viewBox="0 0 0 9"><path stroke="#000" d="M0 30H100"/></svg>',
        '<use href="#gone" stroke="#000"/><use href="other.svg#a"/><use/>',
        '<g id="r" stroke="#000"><use href="#r"/></g>',
        '<g requiredExtensions="urn:x"><path stroke="#000" d="M0 30H100"/></g>',
        '<path systemLanguage="de, fr-CH" stroke="#000" d="M0 30H100"/>',
        '<switch><text/><path stroke="#000" d="M0 30H100"/></switch>',
        '<symbol id="a" systemLanguage="de"><path stroke="#000" d="M0 30H100"/></symbol><use href="#a"/>',
        '<path style="display: contents" stroke="#000" d="M0 30H100"/>',
        '<path display=" none " stroke="#000" d="M0 30H100"/>',
        '<path stroke="#000" d="L90 90"/>',
        '<clipPath id="a"/><g clip-path="url(#a)"><path stroke="#000" d="M0 30H100"/></g>',
        '<mask id="a"/><path style="mask:url(#a)" stroke="#000" d="M0 30H100"/>',
        '<clipPath id="a"><circle r="9"/></clipPath><path clip-path="url(#a)" stroke="#000" d="M20 30H100"/>',
        '<svg width="20" height="20"><path stroke="#000" d="M50 50H90"/></svg>',
        '<style>/* b */ .off { display: none }</style><g class="off"><path stroke="#000" d="M0 30H100"/></g>',
    ],
)
def test_what_is_invisible_is_not_shown(hidden: str) -> None:
    """Whatever the reason, whether on the shape or around it: only what is seen comes."""
    assert boxes(hidden + SEEN + hidden.replace('id="', 'id="z').replace("#a)", "#za)")) == [(10, 40, 90, 90)]


@pytest.mark.parametrize(
    "body",
    [
        '<g visibility="hidden"><path visibility="visible" stroke="#000" d="M10 40L90 90"/></g>',
        '<path stroke="rebeccapurple" d="M10 40L90 90"/>',
        '<linearGradient id="ink"/><path stroke="url(#ink) none" d="M10 40L90 90"/>',
        '<path stroke="url(#gone) red" d="M10 40L90 90"/>',
        '<path stroke="#00000001" d="M10 40L90 90"/>',
        '<g color="red" stroke="currentColor"><path d="M10 40L90 90"/></g>',
        '<path style="stroke: red; stroke: bogus" d="M10 40L90 90"/>',
        '<path stroke="red" stroke-width="-1" d="M10 40L90 90"/>',
        '<path stroke="red" opacity="bogus" d="M10 40L90 90"/>',
        '<path stroke="red" d="M10 40L90 90 L 3"/>',
        '<switch><g requiredExtensions="x"/><path stroke="red" d="M10 40L90 90"/><path d="M0 0L9 9L0 9"/></switch>',
        '<path systemLanguage="en-GB, fr" stroke="red" d="M10 40L90 90"/>',
        '<g id="r" stroke="red"><use href="#r"/><path d="M10 40L90 90"/></g>',
        '<defs><path id="a b" d="M10 40L90 90"/></defs><use href="#a%20b" stroke="red"/>',
        '<path stroke="red" transform="translate(500) foo(1)" d="M10 40L90 90"/>',
        '<path stroke="red" transform="matrix(1 0 0 1 0)" d="M10 40L90 90"/>',
        '<path stroke="red" clip-path="url(#gone)" mask="url(#gone)" d="M10 40L90 90"/>',
        '<clipPath id="c"><rect width="11" height="41"/></clipPath><g clip-path="url(#c)">' + SEEN + "</g>",
        '<svg width="5" height="5" overflow="visible"><path stroke="red" d="M10 40L90 90"/></svg>',
        '<a href="/"><path stroke="red" d="M10 40L90 90"/></a>',
        '<svg x="10" y="40" width="80" height="50" viewBox="0 0 8 5"><path stroke="red" d="M0 0L8 5"/></svg>',
        '<use xlink:href="#s" x="10" y="40" width="80" height="50" stroke="red"/>' + SYMBOL,
        '<defs><g id="s"><path d="M0 0L80 50"/></g></defs><use href="#s" x="10" y="40" stroke="red"/>',
        '<defs><path id="s" stroke="red" d="M0 0L8 5"/></defs><use href="#s" transform="translate(10 40) scale(10)"/>',
        '<line stroke="red" x1="10%" y1="40%" x2="90%" y2="90%"/>',
        '<path stroke="red" style="transform: translate(10px, 40px)" d="M0 0L80 50"/>',
        '<path stroke="red" style="d: path(\'M10 40L90 90\')" d="M0 0H5"/>',
        '<style>rect { x: 10px; y: 40px; width: 80%; height: 50px; stroke: red }</style><rect width="3"/>',
        '<style>:root { --ink: red }</style><path style="stroke: var(--ink)" d="M10 40L90 90"/>',
    ],
)
def test_what_is_seen_stands_where_a_browser_shows_it(body: str) -> None:
    """Inheritance, copies, symbols, nested documents, percentages, and geometry that CSS sets."""
    assert boxes(body) == [(10, 40, 90, 90)]


def test_copies_cannot_grow_without_end() -> None:
    """A few lines of copies of copies are refused soon."""
    levels = "".join(f'<g id="l{i}">' + f'<use href="#l{i - 1}"/>' * 10 + "</g>" for i in range(1, 10))
    with pytest.raises(DrawingError, match="makes more than"):
        shown(f'<defs><path id="l0" stroke="red" d="M0 0H9"/>{levels}</defs><use href="#l9"/>')


def test_a_filling_needs_an_area() -> None:
    """A line has none to fill, though its fill is black unless said otherwise."""
    found = shown('<path stroke="red" d="M0 0L9 9L3 3"/><path d="M0 0L9 9"/><path stroke="red" d="M0 0Q5 9 9 0"/>')
    assert [(shape.stroked, shape.filled) for shape in found] == [(True, False), (True, True)]
