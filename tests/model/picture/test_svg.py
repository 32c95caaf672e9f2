"""SVG that any viewer draws, no larger than its ink."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.picture.look import Look
from model.picture.svg import sheet_svg, to_svg
from model.strokes import END_ROW, Array, from_polylines, to_polylines

SVG = "{http://www.w3.org/2000/svg}"
HOUSE = from_polylines([[(10, 60), (10, 20), (40, 5), (70, 20), (70, 60), (10, 60)], [(30, 60), (30, 40)], [(35, 50)]])
POINTS = st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), min_size=1, max_size=9)


def parse(text: str) -> ET.Element:
    return ET.fromstring(text)


def box(root: ET.Element) -> list[float]:
    return [float(number) for number in root.attrib["viewBox"].split()]


def paths(root: ET.Element) -> list[list[tuple[float, float]]]:
    """The points of each path."""
    data = [path.attrib["d"] for path in root.iter(f"{SVG}path")]
    return [[(float(x), float(y)) for x, y in re.findall(r"[ML](\S+) (\S+)", line)] for line in data]


def test_one_path_for_each_stroke() -> None:
    """Each pen stroke is one path through its points, in order, relative to the drawing's first point."""
    want = [[(float(x), float(y)) for x, y in line] for line in to_polylines(HOUSE)]
    got = paths(parse(to_svg(HOUSE)))
    assert got[:2] == want[:2]
    assert got[2] == want[2] * 2, "a dot is a line of no length, which round ends make visible"


def test_round_joins_and_ends() -> None:
    """Strokes are lines without filling, with round joins and round ends."""
    [group] = parse(to_svg(HOUSE)).iter(f"{SVG}g")
    assert group.attrib["stroke-linejoin"] == group.attrib["stroke-linecap"] == "round"
    assert group.attrib["fill"] == "none"


def test_width_and_colour_are_parameters() -> None:
    """Stroke width and colour are what was asked for."""
    [group] = parse(to_svg(HOUSE, Look(stroke_width=5.5, color="#ff0080"))).iter(f"{SVG}g")
    assert group.attrib["stroke-width"] == "5.5"
    assert group.attrib["stroke"] == "#ff0080"


@given(st.lists(POINTS, min_size=1, max_size=4), st.floats(0.5, 9), st.floats(0, 9))
def test_the_view_box_fits(strokes: list[list[tuple[float, float]]], width: float, padding: float) -> None:
    """The view box holds all ink and the padding, and nothing beyond a tenth of a pixel more."""
    rows = from_polylines(strokes)
    root = parse(to_svg(rows, Look(stroke_width=width, padding=padding)))
    x, y, w, h = box(root)
    ink = np.concatenate(paths(root))
    margin = width / 2 + padding
    for low, size, line in ((x, w, ink[:, 0]), (y, h, ink[:, 1])):
        assert low == pytest.approx(line.min() - margin, abs=0.151)
        assert low + size == pytest.approx(line.max() + margin, abs=0.251)


def test_far_ink_stays_in_view() -> None:
    """Coordinates and view box keep their tenths however large they are."""
    root = parse(to_svg(from_polylines([[(0, 0), (654321.3, 0)]]), Look(stroke_width=2, padding=0)))
    assert box(root) == [-1, -1, 654323.3, 2]


def test_no_negative_zeros() -> None:
    """A coordinate that rounds to nothing is written 0.0, so equal pictures are equal bytes."""
    text = to_svg(from_polylines([[(0, 0), (-0.01, -0.01), (5, 5)]]))
    assert "-0.0 " not in text
    assert '-0.0"' not in text


@pytest.mark.parametrize("color", ["", " ", "nocolour", "#12", '"><script>', "red;fill:url(#x)"])
def test_what_is_no_colour_is_refused(color: str) -> None:
    """A colour that is none raises, whether empty, misspelt or an attempt to break out of the attribute."""
    with pytest.raises((TypeError, ValueError)):
        to_svg(HOUSE, Look(color=color))
    with pytest.raises((TypeError, ValueError)):
        sheet_svg([HOUSE], Look(color=color), columns=1)


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["stroke_width", "padding"])
def test_what_is_no_length_is_refused(name: str, value: float) -> None:
    """A width or padding that is negative or not a number raises ValueError, which names it."""
    with pytest.raises(ValueError, match=name):
        to_svg(HOUSE, Look(**{name: value}))  # type: ignore[arg-type]


def test_titles_are_escaped() -> None:
    """A title may hold any characters."""
    title = 'a <b> & "c"'
    assert parse(to_svg(HOUSE, title=title)).findtext(f"{SVG}title") == title


@pytest.mark.parametrize("rows", [[END_ROW], [(0, 0, 0, 1, 0), END_ROW]])
def test_hardly_anything_is_a_picture_too(rows: list[Array]) -> None:
    """A drawing that ends at once, and one of a dot, are pictures of a dot."""
    root = parse(to_svg(np.array(rows, dtype=np.float32), Look(stroke_width=2, padding=1)))
    assert box(root) == [-2, -2, 4, 4]
    assert len(paths(root)) == 1


def test_the_same_drawing_is_the_same_text() -> None:
    """SVG depends on the rows alone."""
    assert to_svg(HOUSE) == to_svg(HOUSE.copy())


def test_a_sheet_has_every_drawing_in_its_cell() -> None:
    """Each drawing of a sheet is centred in its cell, shrunk if it has to be, and never enlarged."""
    huge = from_polylines([[(0, 0), (1000, 500)]])
    root = parse(sheet_svg([HOUSE, huge, HOUSE], columns=2))
    assert box(root) == [0, 0, 560, 560]
    groups = list(root.iter(f"{SVG}g"))
    assert len(groups) == 3
    for i, (group, rows) in enumerate(zip(groups, [HOUSE, huge, HOUSE], strict=True)):
        numbers = re.findall(r"-?[\d.]+", group.attrib["transform"])
        x, y, scale = map(float, numbers)
        points = np.concatenate(to_polylines(rows)) * scale + (x, y)
        corner = 280 * np.array([i % 2, i // 2])
        np.testing.assert_allclose((points.min(0) + points.max(0)) / 2, corner + 140, atol=0.5)
        assert (points >= corner).all()
        assert (points <= corner + 280).all()
        assert scale == 1 if rows is HOUSE else scale < 0.28


def test_drawings_of_a_sheet_have_titles() -> None:
    """Whoever points at one learns what it is."""
    root = parse(sheet_svg([HOUSE, HOUSE], columns=2, titles=["a", "b & c"]))
    assert [group.findtext(f"{SVG}title") for group in root.iter(f"{SVG}g")] == ["a", "b & c"]


def test_a_sheet_can_have_a_background() -> None:
    """A background fills the whole sheet; without one there is none."""
    [rect] = parse(sheet_svg([HOUSE], Look(background="white"), columns=1)).iter(f"{SVG}rect")
    assert (rect.attrib["fill"], rect.attrib["width"], rect.attrib["height"]) == ("white", "280", "280")
    assert not list(parse(sheet_svg([HOUSE], columns=1)).iter(f"{SVG}rect"))


def test_a_sheet_needs_a_column() -> None:
    """Zero columns raise ValueError."""
    with pytest.raises(ValueError, match="columns"):
        sheet_svg([HOUSE], columns=0)
