"""Colours as CSS writes them: CSS Color Module Level 4, read by tinycss2."""

from svgwrite.data.colors import colornames
from tinycss2.color4 import parse_color

LONGEST = 64  # characters: no colour needs more


def css_color(text: str) -> str:
    """A colour in one spelling. Raises ValueError.

    A name of SVG, `#rgb` and `#rrggbb` stay in small letters; any other is made `#rrggbb`, or `#rrggbbaa` where it is
    not opaque, and brought into sRGB. Of Level 4 `lab()`, `lch()`, their `ok` kin and `color()` are not known, and
    `currentcolor` means nothing in a picture of its own.
    """
    color = text.strip().lower()
    if color in colornames:
        return color
    found = parse_color(color) if len(color) <= LONGEST else None
    if found is None or isinstance(found, str):
        raise ValueError(text)
    if color.startswith("#") and len(color) in (4, 7):
        return color
    try:
        *channels, alpha = found.to("srgb")
    except NotImplementedError as error:
        raise ValueError(text) from error
    whole = [round(255 * min(max(channel or 0.0, 0.0), 1.0)) for channel in (*channels, alpha)]
    return "#" + bytes(whole if whole[-1] < 255 else whole[:-1]).hex()
