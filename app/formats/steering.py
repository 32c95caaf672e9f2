"""How temperatures change while a drawing is made, as text: `12:1.6;30:0.4,0.5` in `at` of a request."""

import re
from collections.abc import Sequence
from itertools import pairwise

from pydantic_core import PydanticCustomError

from app.engine.steering import TemperatureChange
from model.card import MAX_TEMPERATURE

LONGEST_AT = 2000  # characters: some two hundred changes, more than most drawings have points
_NUMBER = r"(\d{0,4}\.?\d{0,20}(?:e-\d{1,3})?)"
_CHANGE = re.compile(rf"(\d{{1,5}}):{_NUMBER}(?:,{_NUMBER})?", re.ASCII)
_FORM = (
    "Should be `point:temp_xy`, `point:,temp_p` or `point:temp_xy,temp_p`, several joined by `;` with rising points, "
    f"and temperatures of 0 to {MAX_TEMPERATURE:g}"
)


def changes_of(text: str | None) -> tuple[TemperatureChange, ...]:
    """The changes that a text stands for. Raises PydanticCustomError where it makes no sense."""
    if text is None:
        return ()
    changes = [_change(part) for part in text.removesuffix(";").split(";")]
    if any(one.point >= other.point for one, other in pairwise(changes)):
        raise PydanticCustomError("at", _FORM)
    return tuple(changes)


def text_of(changes: Sequence[TemperatureChange]) -> str | None:
    """The text that stands for changes; None for none."""
    return ";".join(f"{each.point}:{_temperatures(each)}" for each in changes) or None


def checked(text: str) -> str:
    """The same text, if it stands for changes. Raises PydanticCustomError."""
    changes_of(text)
    return text


def _change(text: str) -> TemperatureChange:
    found = _CHANGE.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        temp_xy, temp_p = (float(number) if number else None for number in found.groups()[1:])
    except ValueError:
        raise PydanticCustomError("at", _FORM) from None
    given = [each for each in (temp_xy, temp_p) if each is not None]
    if not given or max(given) > MAX_TEMPERATURE:
        raise PydanticCustomError("at", _FORM)
    return TemperatureChange(int(found[1]), temp_xy, temp_p)


def _temperatures(change: TemperatureChange) -> str:
    xy, p = (("" if value is None else _short(value)) for value in (change.temp_xy, change.temp_p))
    return f"{xy},{p}" if p else xy


def _short(value: float) -> str:
    """The shortest decimal that is this number again."""
    return repr(float(value)).removesuffix(".0")
