import pytest

from training.data.svg.paint import Paint, Server, paint


@pytest.mark.parametrize(
    ("text", "opaque"),
    [
        ("none", 0),
        ("transparent", 0),
        ("#f000", 0),
        ("#ff000080", 128 / 255),
        ("rgb(1 2 3 / 50%)", 0.5),
        ("RebeccaPurple", 1),
        ("url(#a)", Server("a", 0)),
        ("url('#a') none", Server("a", 0)),
        ("url(#a) red", Server("a", 1)),
        ("url(#a) bogus", None),
        ("CanvasText", 1),
        ("light-dark(rgb(0, 0, 0), transparent)", 1),
        ("color-mix(in srgb, red, blue)", 1),
        ("rgb(from red r g b)", 1),
        ("rgb(calc(1 + 2) 0 0)", 1),
        ("rgb(1 2)", None),
        ("red green", None),
        ("#fff icc-color(a, 1)", 1),
        ("context-stroke", 1),
        ("currentColor", "currentcolor"),
        ("", None),
        ("bogus", None),
        ("12", None),
    ],
)
def test_paints(text: str, opaque: Paint | None) -> None:
    """How much of it is seen; nothing of what is no paint."""
    assert paint(text) == opaque
