"""Lines that somebody drew, as text in an address: `0.0.40.-60.80.0_30.-20.50.-20`, as links to the page have them."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from app.formats.given import Line

LONGEST_GIVEN = 8000  # characters: more points than a network goes on from, and a proxy takes no longer addresses
_LINE = re.compile(r"m?(-?\d{1,5}\.-?\d{1,5}(?:\.-?\d{1,5}\.-?\d{1,5})*)", re.ASCII)
_FORM = "Should be `x.y.x.y` for each line, whole numbers, and `_` between lines"


def lines_of(text: str) -> list[Line]:
    """The lines that a text stands for. Raises PydanticCustomError where it makes no sense."""
    return [_line(part) for part in text.split("_")]


def _line(text: str) -> Line:
    found = _LINE.fullmatch(text)
    if found is None:
        raise PydanticCustomError("given", _FORM)
    numbers = list(map(float, found[1].split(".")))
    return list(zip(numbers[::2], numbers[1::2], strict=True))


def _checked(text: str) -> str:
    lines_of(text)
    return text


GivenText = Annotated[
    str,
    Field(
        max_length=LONGEST_GIVEN,
        description="The lines that you drew: `x.y.x.y` for each, `_` between lines, in whole pixels, y down; the "
        "finished drawing is to be about 255 long. An `m` may stand before a line that a network drew.",
        examples=["0.0.40.-60.80.0.0.0"],
    ),
    AfterValidator(_checked),
]
