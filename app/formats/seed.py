"""Seeds in requests: a number, or any text, which stands for one."""

import random
from dataclasses import dataclass
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema
from pydantic_core import PydanticCustomError

from model.card import SEEDS
from model.density.seed import DECIMAL, LONGEST_SEED, seed_number

SCHEMA = {  # one type list rather than `anyOf`, so that a query's parameter has a schema without alternatives
    "type": ["integer", "string"],
    "minimum": 0,
    "maximum": SEEDS - 1,
    "minLength": 1,
    "maxLength": LONGEST_SEED,
    "examples": [7, "ada"],
}


@dataclass(frozen=True, slots=True)
class SeedValue:
    """A seed as it was given: its number, and the text where it was no number."""

    number: int
    text: str | None = None


def any_seed() -> SeedValue:
    """One that nobody chose. It is no secret: asking the system for each would let another thread have Python."""
    return SeedValue(random.randrange(SEEDS))  # noqa: S311 - and processes that fork go on by other numbers


def read_seed(value: object) -> SeedValue:
    """The seed that a request's number or text is. Raises PydanticCustomError, which does not repeat it."""
    if isinstance(value, SeedValue):
        return value
    if isinstance(value, float) and value.is_integer():  # 7.0 is an integer to JSON
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise PydanticCustomError("seed", "Should be a whole number or text")
    if isinstance(value, int):
        if not 0 <= value < SEEDS:
            raise PydanticCustomError("seed", "Should be 0 to 2^53 - 1, or text")
        return SeedValue(value)
    if len(value) > LONGEST_SEED:
        raise PydanticCustomError("seed", "Should be text of at most {most} characters", {"most": LONGEST_SEED})
    try:
        number = seed_number(value)
    except ValueError as error:
        raise PydanticCustomError("seed", "{error}", {"error": str(error).capitalize()}) from None
    text = value.strip()
    return SeedValue(number, None if DECIMAL.fullmatch(text) else text)


Seed = Annotated[SeedValue, PlainValidator(read_seed), WithJsonSchema(SCHEMA)]
