"""Colours as CSS writes them: CSS Color Module Level 4, read by coloraide."""

import math
import re

from coloraide import Color

from model.picture.ink import CURRENT

LONGEST = 64  # characters: no colour needs more
DIGITS = re.compile("#?((?:[0-9a-f]{3,4}){1,2})")  # of a colour in hexadecimal; its `#` would be `%23` in a URL


def css_color(text: str) -> str:
    """A colour in one spelling: `#rrggbb` in sRGB, `#rrggbbaa` where it is not opaque, or `currentColor`.

    Digits need no `#` before them. A colour that sRGB lacks is cut off at its bounds, as browsers do. Raises
    ValueError.
    """
    color = text.strip().lower()
    if len(color) > LONGEST:
        raise ValueError(text)
    if color == CURRENT.lower():
        return CURRENT
    digits = DIGITS.fullmatch(color)
    try:
        found = Color(f"#{digits[1]}" if digits else color)
        if any(map(math.isinf, found)):  # which conversions make no number of
            raise ValueError(text)
        return found.convert("srgb").clip().to_string(hex=True)
    except OverflowError as error:  # of numbers such as 1e300
        raise ValueError(text) from error
