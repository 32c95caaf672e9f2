"""SVG that any viewer draws, no larger than its ink."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.picture.curves import Curves, smooth
from model.picture.look import Look
from model.picture.svg import sheet_svg, to_svg
from model.strokes import END_ROW, Array, from_polylines, to_polylines
from tests.model.picture.reading import curves_of, points_of

SVG = "{http://www.w3.org/2000/svg}"
HOUSE = from_polylines([[(10, 60), (10, 20), (40, 5), (70, 20), (70, 60), (10, 60)], [(30, 60), (30, 40)], [(35, 50)]])
POINTS = st.lists(st.tuples(st.floats(-400, 400), st.floats(-400, 400)), min_size=1, max_size=9)


def parse(text: str) -> ET.Element:
    return ET.fromstring(text)


def box(root: ET.Element) -> list[float]:
    return [float(number) for number in root.attrib["viewBox"].split()]


def test_one_subpath_for_each_stroke() -> None:
    """Each pen stroke is a subpath through its points, in order, relative to the drawing's first point."""
    want = to_polylines(HOUSE)
    want[2] = want[2].repeat(2, axis=0)  # a dot is a line of no length, which round ends make visible
    for look in (Look(), Look(smooth=False)):
        [path] = points_of(to_svg(HOUSE, look))
        for got, stroke in zip(path, want, strict=True):
            np.testing.assert_allclose(got, stroke, atol=0.126)  # half a unit


@settings(max_examples=50, deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=4))
def test_the_curves_are_those_of_the_geometry(strokes: list[list[tuple[float, float]]]) -> None:
    """Whatever commands are written, no point of a curve is where it should not be by more than can be seen."""
    rows = from_polylines(strokes)
    parts = np.linspace(0, 1, 9)
    want = smooth(to_polylines(rows)).at(parts)
    [path] = curves_of(to_svg(rows))
    got = Curves(np.concatenate(path), np.array([0])).at(parts)
    assert np.abs(got - want).max() < 0.6


def test_clean_and_short() -> None:
    """There is nothing in the text that a viewer does not need, and no number is longer than it has to be."""
    line = from_polylines([[(0, 0), (0.5, -10), (20, -10.25)]])
    assert to_svg(line, Look(smooth=False), title="a") == (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-5.5 -15.8 31 21.3"><title>a</title>'
        '<g fill="none" stroke="black" stroke-width="12" stroke-linecap="round" stroke-linejoin="round" '
        'transform="scale(.25)"><path d="m0 0 2-40 78-1"/></g></svg>'
    )


def test_round_joins_and_ends() -> None:
    """Strokes are lines without filling, with round joins and round ends."""
    [group] = parse(to_svg(HOUSE)).iter(f"{SVG}g")
    assert group.attrib["stroke-linejoin"] == group.attrib["stroke-linecap"] == "round"
    assert group.attrib["fill"] == "none"


def test_width_and_colour_are_parameters() -> None:
    """Stroke width and colour are what was asked for."""
    [group] = parse(to_svg(HOUSE, Look(stroke_width=5.5, color="#ff0080"))).iter(f"{SVG}g")
    assert group.attrib["stroke-width"] == "22", "in quarters of a pixel"
    assert group.attrib["stroke"] == "#ff0080"


@settings(max_examples=50, deadline=None)
@given(st.lists(POINTS, min_size=1, max_size=4), st.floats(0.5, 9), st.floats(0, 9))
def test_the_view_box_fits(strokes: list[list[tuple[float, float]]], width: float, padding: float) -> None:
    """The view box holds all ink, its bulges too, and the padding, and hardly anything beyond."""
    text = to_svg(from_polylines(strokes), Look(stroke_width=width, padding=padding))
    x, y, w, h = box(parse(text))
    [path] = curves_of(text)
    low, high = Curves(np.concatenate(path), np.array([0])).bounds()
    margin = width / 2 + padding
    np.testing.assert_allclose([x, y], low - margin, atol=0.5)  # curves are a quarter, grid an eighth from the truth
    np.testing.assert_allclose([x + w, y + h], high + margin, atol=0.5)


def test_far_ink_stays_in_view() -> None:
    """Coordinates and view box keep their tenths however large they are."""
    root = parse(to_svg(from_polylines([[(0, 0), (654321.4, 0)]]), Look(stroke_width=2, padding=0)))
    assert box(root) == [-1, -1, 654323.4, 2]


def test_no_negative_zeros() -> None:
    """A coordinate that rounds to nothing is 0, so equal pictures are equal bytes."""
    text = to_svg(from_polylines([[(0, 0), (-0.01, -0.01), (5, 5)]]), Look(stroke_width=0, padding=0))
    assert "-0" not in text


@pytest.mark.parametrize("color", ["", " ", "nocolour", "#12", '"><script>', "red;fill:url(#x)"])
def test_what_is_no_colour_is_refused(color: str) -> None:
    """A colour that is none raises, whether empty, misspelt or an attempt to break out of the attribute."""
    with pytest.raises(ValueError, match="color"):
        to_svg(HOUSE, Look(color=color))
    with pytest.raises(ValueError, match="color"):
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
    text = to_svg(np.array(rows, dtype=np.float32), Look(stroke_width=2, padding=1))
    root = parse(text)
    assert box(root) == [-2, -2, 4, 4]
    assert [len(path) for path in points_of(text)] == [1]


def test_the_same_drawing_is_the_same_text() -> None:
    """SVG depends on the rows alone."""
    assert to_svg(HOUSE) == to_svg(HOUSE.copy())


def test_a_sheet_has_every_drawing_in_its_cell() -> None:
    """Each drawing of a sheet is centred in its cell, shrunk if it has to be, and never enlarged."""
    huge = from_polylines([[(0, 0), (1000, 500)]])
    text = sheet_svg([HOUSE, huge, HOUSE], columns=2)
    assert box(parse(text)) == [0, 0, 560, 560]
    paths = [np.concatenate(path) for path in points_of(text)]
    for i, (points, rows) in enumerate(zip(paths, [HOUSE, huge, HOUSE], strict=True)):
        corner = 280 * np.array([i % 2, i // 2])
        np.testing.assert_allclose((points.min(0) + points.max(0)) / 2, corner + 140, atol=0.5)
        assert (points >= corner).all()
        assert (points <= corner + 280).all()
        if rows is HOUSE:
            np.testing.assert_allclose(np.ptp(points, axis=0), (60, 55), atol=0.3)


def test_drawings_of_a_sheet_have_titles() -> None:
    """Whoever points at one learns what it is."""
    root = parse(sheet_svg([HOUSE, HOUSE], columns=2, titles=["a", "b & c"]))
    assert [path.findtext(f"{SVG}title") for path in root.iter(f"{SVG}path")] == ["a", "b & c"]


def test_a_sheet_can_have_a_background() -> None:
    """A background fills the whole sheet; without one there is none."""
    [rect] = parse(sheet_svg([HOUSE], Look(background="white"), columns=1)).iter(f"{SVG}rect")
    assert (rect.attrib["fill"], rect.attrib["width"], rect.attrib["height"]) == ("white", "280", "280")
    assert not list(parse(sheet_svg([HOUSE], columns=1)).iter(f"{SVG}rect"))


def test_a_sheet_needs_a_column() -> None:
    """Zero columns raise ValueError."""
    with pytest.raises(ValueError, match="columns"):
        sheet_svg([HOUSE], columns=0)
