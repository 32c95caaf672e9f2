"""Lengths as CSS writes them, by which a picture's sides are asked for."""

import re
from dataclasses import dataclass
from typing import Annotated, cast

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from model.picture.length import PIXELS_OF, UNITS, Unit

PATTERN = rf"[0-9]{{1,5}}(?:\.[0-9]{{0,6}})?(?:{'|'.join(UNITS)})?"


@dataclass(frozen=True, slots=True)
class Length:
    """A length in pixels of CSS, of which an inch has 96, and the unit that it was given in."""

    pixels: float
    unit: Unit


def _length(text: object) -> Length:
    text = text.lower() if isinstance(text, str) else ""  # units are as CSS has them, `80MM` too
    if not re.fullmatch(PATTERN, text, re.ASCII):
        raise PydanticCustomError("length", "Should be a length such as 200, 200px, 80mm, 8cm, 3in or 72pt")
    number = text.rstrip("".join(UNITS))
    unit = cast("Unit", text.removeprefix(number) or "px")
    return Length(float(number) * PIXELS_OF[unit], unit)


LengthText = Annotated[
    Length, PlainValidator(_length), WithJsonSchema({"type": "string", "pattern": f"^{PATTERN}$", "examples": ["80mm"]})
]
