from xml.etree import ElementTree

import pytest

from model.picture.look import Look
from model.picture.paper import style
from model.picture.svg import sheet_svg, to_svg
from model.strokes import from_polylines

SVG = "{http://www.w3.org/2000/svg}"
LINE = from_polylines([[(0, 0), (60, 30)]])
AUTO = {"background": "white", "dark": ("#f0ede6", "#1b1d20")}


def parse(text: str) -> ElementTree.Element:
    """The root of an SVG."""
    return ElementTree.fromstring(text)


def test_an_svg_says_its_sides_in_their_unit() -> None:
    """And none where none are asked for."""
    root = parse(to_svg(LINE, Look(width=96, height=192, unit="in")))
    assert (root.get("width"), root.get("height")) == ("1in", "2in")
    _, _, width, height = map(float, str(root.get("viewBox")).split())
    assert height / width == pytest.approx(2, rel=0.01)
    assert parse(to_svg(LINE)).get("width") is None


def test_what_the_lines_lie_on_fills_the_view_box() -> None:
    """Of a drawing and of a sheet, in part where it is not opaque, and not at all where it is transparent."""
    for root in (
        parse(to_svg(LINE, Look(background="#ff000080"))),
        parse(sheet_svg([LINE], Look(background="#ff000080"), columns=1)),
    ):
        [rect] = root.iter(f"{SVG}rect")
        assert " ".join(str(rect.get(name)) for name in ("x", "y", "width", "height")) == root.get("viewBox")
        assert (rect.get("fill"), rect.get("fill-opacity")) == ("#ff0000", ".502")
    assert not list(parse(to_svg(LINE, Look(background="#00000000"))).iter(f"{SVG}rect"))


def test_a_picture_for_both_preferences_changes_by_a_style_of_its_own() -> None:
    """Lines take their colour from the root, which it changes; only pictures of the same colours share its class."""
    root = parse(to_svg(LINE, Look(**AUTO)))  # type: ignore[arg-type]
    [group] = root.iter(f"{SVG}g")
    assert (root.get("class"), root.get("color"), group.get("stroke")) == ("ink-f0ede6-1b1d20", "black", "currentColor")
    assert root.findtext(f"{SVG}style") == (
        "@media(prefers-color-scheme:dark){.ink-f0ede6-1b1d20{color:#f0ede6}.ink-f0ede6-1b1d20>rect{fill:#1b1d20}}"
    )
    assert style(Look(color="red")) is None


def test_the_colour_of_the_text_around_stays_its_own() -> None:
    """Nothing sets it, with a theme or without."""
    root = parse(to_svg(LINE, Look(color="currentColor", **AUTO)))  # type: ignore[arg-type]
    assert root.get("color") is None
    assert "{color:" not in str(root.findtext(f"{SVG}style"))
