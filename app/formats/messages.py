"""The messages of a live drawing: what the service sends, and what a WebSocket's client may send."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import orjson
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.engine.job import End
from app.engine.request import DrawRequest
from app.engine.steering import TemperatureChange
from app.errors import AppError
from app.formats.given import Given
from app.formats.guesses import Seen, Showing
from app.formats.guesses import guesses as guess_list
from app.formats.problems import invalid, problem_of
from app.formats.query import LiveQuery, Pace, Temperature
from app.formats.rows import rows_json
from app.formats.steering import text_of
from model.card import LONGEST_NAME, SEEDS
from model.strokes import Array


class Change(BaseModel):
    """`change`: other temperatures, or another pace, for the rest of the drawing."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["change"]
    temp_xy: Temperature | None = None
    temp_p: Temperature | None = None
    pace: Pace | None = None


class Stop(BaseModel):
    """`stop`: the drawing ends here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["stop"]


class Draw(Given, LiveQuery):
    """`draw`: another drawing, or the rest of one that is given; the one in progress, if any, ends here."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["draw"]
    category: str | None = Field(None, max_length=LONGEST_NAME)


class Guess(Showing):
    """`guess`: what is drawn so far; what may it show? One that comes later takes its place, unless it is answered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    type: Literal["guess"]
    id: int | None = Field(None, ge=0, lt=SEEDS)  # repeated in the answer


Command = Change | Stop | Draw | Guess
COMMANDS: TypeAdapter[Command] = TypeAdapter(Annotated[Command, Field(discriminator="type")])


def parse(text: str) -> Command:
    """What a client says. Raises Invalid."""
    try:
        return COMMANDS.validate_json(text)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise invalid([_told(item) for item in found]) from None


def _told(item: Any) -> dict[str, object]:  # noqa: ANN401 - pydantic's own
    message = "Should have a type: change, stop, draw or guess" if item["type"].startswith("union_tag") else item["msg"]
    return {"type": "message", "loc": ("message", *item["loc"][1:]), "msg": message}


def start(request: DrawRequest, given: int, resume: int) -> bytes:
    """`start`: what will be drawn, after how many given points, and all it takes to ask for it again.

    `resume`: rows that are not sent, because the client has them.
    """
    subject = request.subject
    return orjson.dumps(
        {
            "type": "start",
            "category": subject.card.name,
            "slug": subject.card.slug,
            "system": subject.system,
            "checkpoint": subject.network.card.sha256,
            "seed": request.seed,
            **({} if request.seed_text is None else {"seed_text": request.seed_text}),
            "latent": request.latent,
            "temp_xy": request.temp_xy,
            "temp_p": request.temp_p,
            "at": text_of(request.changes),
            "max_points": request.points,
            "given": given,
            "resume": resume,
        }
    )


def points(
    rows: Array, beliefs: Sequence[bytes | None] | None = None, changes: Sequence[TemperatureChange] = ()
) -> bytes:
    """`points`: the next rows [m, 5], and, where it is asked for, what each was drawn from.

    `changes`: those of the temperatures so far, where one is new.
    """
    belief = b"" if beliefs is None else b',"belief":[' + b",".join(one or b"null" for one in beliefs) + b"]"
    at = b',"at":' + orjson.dumps(text_of(changes)) if changes else b""
    return b'{"type":"points","stroke5":' + rows_json(rows) + belief + at + b"}"


def end(how: End, path: str, changes: Sequence[TemperatureChange] = ()) -> bytes:
    """`end`: how the drawing ended; with the problem, where that is an error, and all changes of its temperatures."""
    message: dict[str, object] = {"type": "end", "reason": how.reason}
    if changes:
        message["at"] = text_of(changes)
    if how.error is not None:
        message["problem"] = problem_of(how.error, path).model_dump(exclude_none=True)
    return orjson.dumps(message)


def guesses(found: Sequence[Seen], asked: Guess) -> bytes:
    """`guesses`: what a drawing may show."""
    return orjson.dumps({"type": "guesses", **_id(asked.id), **guess_list(found, asked.top)})


def refusal(error: AppError, path: str, guess: int | None = None) -> bytes:
    """`error`: the service cannot follow a message; a drawing in progress goes on. `guess`: the id of one it was."""
    problem = problem_of(error, path).model_dump(exclude_none=True)
    return orjson.dumps({"type": "error", **_id(guess), "problem": problem})


def _id(number: int | None) -> dict[str, object]:
    return {} if number is None else {"id": number}
