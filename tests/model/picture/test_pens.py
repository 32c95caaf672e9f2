"""What pens do to pictures."""

import io
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from model.picture.layout import alone
from model.picture.look import Look
from model.picture.pixels import png
from model.picture.svg import to_svg
from model.strokes import from_polylines

CROSS = from_polylines([[(0, 50), (100, 50)], [(50, 0), (50, 100)]])
MARKER = Look(pen="marker")


def test_a_marker_is_wide_and_no_darker_where_it_crosses_itself() -> None:
    """In pixels there is one shade inside all lines; in SVG all lines are made translucent together."""
    picture = png_of(MARKER)
    middle = picture.shape[0] // 2
    assert picture[middle, middle] == picture[middle, middle // 3] == picture[middle // 3, middle]
    assert 120 <= picture[middle, middle] <= 135
    assert (picture[:, middle // 3] < 200).sum() > 2.5 * (png_of(Look())[:, middle // 3] < 200).sum()
    [group] = ElementTree.fromstring(to_svg(CROSS, MARKER)).iter("{http://www.w3.org/2000/svg}g")
    assert (group.get("opacity"), group.get("stroke-opacity"), group.get("stroke-width")) == (".5", None, "36")


def png_of(look: Look) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """Its pixels."""
    return np.asarray(Image.open(io.BytesIO(png(alone(CROSS, look), look))).convert("L"))


def test_the_view_box_holds_a_wide_pen() -> None:
    """With half of its width on each side."""
    x, _, width, _ = map(float, ElementTree.fromstring(to_svg(CROSS, MARKER)).attrib["viewBox"].split())
    assert (x, width) == (-8.5, 117)
