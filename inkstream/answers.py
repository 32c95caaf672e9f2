"""What the service answers, as far as it is read here: what does not fit comes from something else at its address."""

from typing import Any

import orjson
from pydantic import BaseModel, Field

_Row = tuple[float, float, float, float, float]


class _Drawn(BaseModel):
    """What every drawing has; its lines are [m, 2]."""

    seed: int
    points: int
    ended: bool
    strokes: list[list[tuple[float, float]]]
    stroke5: list[_Row]


class DrawingAnswer(_Drawn):
    """A drawing."""

    category: str


class SheetAnswer(BaseModel):
    """Several drawings, or the steps of a way."""

    drawings: list[DrawingAnswer] = Field(min_length=1)


class _Ending(_Drawn):
    """A drawing that was finished."""

    given_strokes: int


class EndingsAnswer(BaseModel):
    """What makes a drawing whole, each in another way."""

    category: str
    drawings: list[_Ending] = Field(min_length=1)


class _Guess(BaseModel):
    """A category that a drawing may show."""

    slug: str
    name: str
    probability: float


class GuessesAnswer(BaseModel):
    """What a drawing may show."""

    guesses: list[_Guess]
    sure: bool


class _Named(BaseModel):
    """A category."""

    slug: str


class CategoriesAnswer(BaseModel):
    """What can be drawn."""

    categories: list[_Named]


class _Slip(BaseModel):
    """A parameter that is wrong."""

    parameter: str
    problem: str


class ProblemAnswer(BaseModel):
    """A problem document (RFC 9457)."""

    title: str
    status: int
    detail: str = ""
    errors: list[_Slip] = []


class Message(BaseModel):
    """What a WebSocket says."""

    type: str
    stroke5: list[_Row] = []
    problem: ProblemAnswer | None = None


class Start(BaseModel):
    """The first message of a drawing."""

    category: str
    system: str
    checkpoint: str
    seed: int
    temp_xy: float
    temp_p: float
    resume: int


def read(kind: type[BaseModel], body: bytes | bytearray | str) -> dict[str, Any]:
    """What a body says, all of it. Raises ValueError for one that is no such answer."""
    said: dict[str, Any] = orjson.loads(body)
    kind.model_validate(said)
    return said
