import pytest

from app.formats.picture.color import css_color


@pytest.mark.parametrize(
    ("text", "color"),
    [
        ("Teal", "#008080"),
        ("grey", "#808080"),
        ("rebeccapurple", "#663399"),
        ("transparent", "#00000000"),
        ("#AbC", "#aabbcc"),
        ("#AbCdEf", "#abcdef"),
        ("#abcd", "#aabbccdd"),
        ("#abcf", "#aabbcc"),
        ("#01020380", "#01020380"),
        ("#010203ff", "#010203"),
        ("rgb(1, 2, 3)", "#010203"),
        ("rgb(1 2 3)", "#010203"),
        ("rgb(100% 0% 0% / 50%)", "#ff000080"),
        ("rgba(1,2,3,.5)", "#01020380"),
        ("rgb(300 -5 3)", "#ff0003"),
        ("hsl(120deg 100% 50%)", "#00ff00"),
        ("HSL(0.5turn, 100%, 50%)", "#00ffff"),
        ("hsla(0, 0%, 0%, 0)", "#00000000"),
        ("hwb(0 0% 0%)", "#ff0000"),
        (" red ", "#ff0000"),
        ("077", "#007777"),
        ("0778", "#00777788"),
        ("FF8800", "#ff8800"),
        ("ff8800cc", "#ff8800cc"),
        ("lab(50% 40 59)", "#bf5702"),
        ("lch(50% 70 50 / .5)", "#c5521880"),
        ("oklab(0.5 0 0)", "#636363"),
        ("oklch(0.6 0.1 180)", "#239382"),
        ("color(srgb 1 0 0)", "#ff0000"),
        ("color(display-p3 1 0 0)", "#ff0000"),
        ("CurrentColor", "currentColor"),
    ],
)
def test_css_colours(text: str, color: str) -> None:
    """Every way in which CSS writes a colour, and bare digits, in one spelling, within sRGB."""
    assert css_color(text) == color


@pytest.mark.parametrize(
    "text",
    [
        *("", "reddish", "#ff", "ff", "#ggg", "#12345", "12345", "url(x)", "red;x", "none", "inherit", "rgb(1 2)"),
        *(
            "light-dark(red, blue)",
            "color(display-p3 1)",
            "color(",
            "##077",
            "lab(50 1e308 0)",
            "rgb(" * 1000,
            "var(--a)",
            "red red",
            '#fff"',
            "rgb(nan 0 0)",
            "lab(1e999% 0 0)",
            "lab(1e300% 0 0)",
        ),
    ],
)
def test_what_is_no_colour_is_refused(text: str) -> None:
    """Nor what has no meaning in a picture of its own."""
    with pytest.raises(ValueError):  # noqa: PT011 - it carries the text alone
        css_color(text)
