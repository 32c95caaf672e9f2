import pytest

from app.formats.negotiation import Format
from app.formats.picture.theme import DARK, LIGHT, ColorsQuery
from model.picture.ink import CURRENT

GREEN, PINK = "#008000", "#ffc0cb"


@pytest.mark.parametrize("form", ["svg", "png", "gif"])
def test_a_theme_gives_what_is_not_given(form: Format) -> None:
    """Both colours, or the one that is left."""
    assert ColorsQuery().colors(form) == {}
    assert ColorsQuery(theme="dark").colors(form) == {"color": DARK[0], "background": DARK[1]}
    assert ColorsQuery(theme="light").colors(form) == {"color": LIGHT[0], "background": LIGHT[1]}
    mixed = ColorsQuery(theme="dark", color="green").colors(form)
    assert mixed == {"color": GREEN, "background": DARK[1]}


def test_only_an_svg_can_follow_the_viewer() -> None:
    """With `auto` it has the colours of both; pixels are light. Colours that are given stay in both."""
    assert ColorsQuery(theme="auto").colors("svg")["dark"] == DARK
    assert ColorsQuery(theme="auto", background="pink").colors("svg")["dark"] == (DARK[0], PINK)
    assert ColorsQuery(theme="auto").colors("png") == ColorsQuery(theme="light").colors("png")


def test_the_colour_of_the_text_around_is_known_in_svg_alone() -> None:
    """Elsewhere it is the default, of the theme if there is one."""
    asked = ColorsQuery(color="currentcolor")
    assert asked.colors("svg") == {"color": CURRENT}
    assert asked.colors("png") == {}
    assert ColorsQuery(color=CURRENT, theme="dark").colors("png")["color"] == DARK[0]
