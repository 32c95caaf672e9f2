from collections.abc import Mapping

import pytest

from app.errors import Invalid
from app.formats.negotiation import Format
from app.formats.picture.look import LookQuery
from model.picture.animation import Animation
from model.picture.look import PLAIN, Look


def look(form: Format, asked: Mapping[str, object] = {}, *, several: bool = False) -> Look:
    """The look that these parameters ask for."""
    return LookQuery.model_validate(asked).look(form, several=several)


def test_nothing_asked_is_plain() -> None:
    """So that a drawing that lies ready as SVG will do."""
    assert look("svg") == PLAIN


def test_a_margin_takes_the_place_of_padding() -> None:
    """Of a drawing by itself; the cells of a sheet keep theirs, and so does padding that is given."""
    asked = {"width": "100mm", "margin": "10mm"}
    assert look("svg", asked).padding == 0
    assert look("svg", {**asked, "padding": 2}).padding == 2
    assert look("svg", asked, several=True).padding == PLAIN.padding


def test_pixels_of_a_screen_are_bounded_all_together() -> None:
    """`dpr` multiplies what is asked for, and what follows from it has room for so many times fewer."""
    assert look("png", {"width": "256", "dpr": 4}).most == 256
    with pytest.raises(Invalid, match="16 to 1024 pixels in PNG, dpr times 257"):
        look("png", {"width": "257", "dpr": 4})


def test_machines_draw_on_paper() -> None:
    """Which has a size, unless it is given, so that a margin can be measured; they are told how to move."""
    forms: tuple[Format, ...] = ("hpgl", "gcode")
    for form in forms:
        plain = look(form, {"margin": "10mm"})
        assert (round(plain.size or 0), round(plain.margin), plain.unit) == (567, 38, "mm")
    assert look("gcode", {"lift": "m3", "feed": 9}).feed == 9


@pytest.mark.parametrize(
    ("name", "value"),
    [("columns", 2), ("gap", 3.0)],
)
def test_what_only_sheets_have(name: str, value: float) -> None:
    """It reaches their look, and is refused for a drawing by itself."""
    assert getattr(look("svg", {name: value}, several=True), name) == value
    with pytest.raises(Invalid, match=name):
        look("svg", {name: value})


@pytest.mark.parametrize("name", ["color", "theme", "square", "title", "padding", "width"])
def test_shapes_of_pictures_are_refused_for_what_is_none(name: str) -> None:
    """By name."""
    value = {"color": "red", "theme": "dark", "square": True, "title": False, "padding": 3, "width": "99"}[name]
    look("svg", {name: value})
    with pytest.raises(Invalid, match=f"{name}.*Shapes a picture"):
        look("json", {name: value})


def test_only_an_svg_draws_itself() -> None:
    """And how, is said only where it does."""
    assert look("svg", {"animate": True, "duration": 4, "loop": True}).animation == Animation(duration=4, loop=True)
    with pytest.raises(Invalid, match=r"animate.*Shapes an SVG only"):
        look("gif", {"animate": True})
    with pytest.raises(Invalid, match=r"delay.*Goes with animate"):
        look("svg", {"delay": 1})
    with pytest.raises(Invalid, match=r"pens.*Does not go with animate"):
        look("svg", {"animate": True, "pens": 1})


@pytest.mark.parametrize(
    ("form", "others"), [("svg", {"animate": True}), ("svg", {"pens": 1}), ("hpgl", {}), ("gcode", {})]
)
def test_a_brush_goes_only_where_a_line_can_change_its_width(form: Format, others: dict[str, object]) -> None:
    """SVG that draws itself and plotters refuse it, and say so of `pen`."""
    with pytest.raises(Invalid, match=r"'pen'.*(brush|Shapes a picture to look at)"):
        look(form, {"pen": "brush", **others})
    assert look("svg", {"pen": "brush"}).pen == "brush"


@pytest.mark.parametrize(("name", "value"), [("background", "white"), ("theme", "dark"), ("theme", "auto")])
def test_a_plotter_is_given_no_paper(name: str, value: str) -> None:
    """The rectangle of the background would be a path to draw."""
    with pytest.raises(Invalid, match=rf"pens.*Does not go with {name}"):
        look("svg", {name: value, "pens": 1})
