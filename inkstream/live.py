"""A drawing while it is drawn: the messages of the WebSocket, and the points that they bring. No I/O here."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from random import uniform
from typing import Any, NamedTuple
from urllib.parse import urlencode

from inkstream import answers, calls
from inkstream.calls import Call
from inkstream.errors import Busy, Problem, ServiceError, Unreachable, problem_from

LIFTS, ENDS = 3, 4  # columns of a row
FIRST, LONGEST = 0.2, 5.0  # seconds before a lost drawing is asked for again: twice as many each time
PATIENCE = 30.0  # seconds that are waited in all: a service is back by then, or another took its place
FOREIGN = "The WebSocket answered, and not as Inkstream does."
OTHER = "The service draws by another network now: this drawing cannot go on."


class Point(NamedTuple):
    """A point in pixels from the first one, y down, and the number of the stroke that it is on, from 0."""

    stroke: int
    x: float
    y: float


class Reader:
    """Makes points of messages, of one connection after the other. `over` is True once the drawing has ended."""

    def __init__(self, call: Call) -> None:
        self.over = False
        self.rows = 0  # that came
        self._asked = call
        self._start: Mapping[str, Any] | None = None
        self._at = Point(0, 0.0, 0.0)
        self._lifted = False

    @property
    def begun(self) -> bool:
        """Whether anything came."""
        return self._start is not None

    @property
    def call(self) -> Call:
        """What is to be asked for: the drawing, or the rest of it."""
        if self._start is None:
            return self._asked
        same = calls.again(self._start)
        rest = {"resume": str(self.rows), "checkpoint": self._start["checkpoint"]}
        return replace(same, query={**self._asked.query, **same.query, **rest})

    def read(self, message: str | bytes) -> Iterator[Point]:
        """The points of one message. Raises Problem where the drawing fails, Unreachable where it cannot go on."""
        try:
            said = answers.read(answers.Message, message)
            if said["type"] == "start":
                answers.Start.model_validate(said)
        except ValueError:
            raise Unreachable(FOREIGN) from None
        self.over = said["type"] == "end"
        if said.get("problem"):
            raise problem_from(said["problem"])
        if said["type"] == "start":
            yield from self._begin(said)
        for row in said.get("stroke5", ()):
            self.rows += 1
            if row[ENDS]:
                continue
            stroke, x, y = self._at
            self._at = Point(stroke + self._lifted, x + row[0], y + row[1])
            self._lifted = bool(row[LIFTS])
            yield self._at

    def _begin(self, start: Mapping[str, Any]) -> Iterator[Point]:
        if self.rows and start["resume"] != self.rows:
            raise Unreachable(OTHER)
        if self._start is None:
            yield self._at
        self._start = start


class Patience:
    """How often a drawing is asked for again.

    Where the service is too busy to begin it, as often as any other call; where its connection is lost, as long as some
    of it comes, or may come.
    """

    def __init__(self, reader: Reader, retries: int) -> None:
        """`retries`: 0 for never."""
        self._reader = reader
        self._tries = retries
        self._most = PATIENCE if retries else 0.0
        self._left = self._most
        self._wait = FIRST
        self._rows = 0

    def wait(self, error: ServiceError) -> float | None:
        """Seconds until then, by and large, since not all are to come back at once; None where it is in vain."""
        if self._reader.rows > self._rows:
            self._left, self._wait, self._rows = self._most, FIRST, self._reader.rows
        if not self._reader.begun:
            return self._wait_to_begin(error)
        is_refused = isinstance(error, Problem) and not isinstance(error, Busy)
        if is_refused or self._reader.over or self._left <= 0:
            return None
        wait = self._wait * uniform(0.5, 1.5)  # noqa: S311 - nobody gains by a guess
        self._left -= wait
        self._wait = min(LONGEST, 2 * self._wait)
        return wait

    def _wait_to_begin(self, error: ServiceError) -> float | None:
        """What the service says, where it is too busy to begin, as with every other call."""
        if self._tries < 1 or not isinstance(error, Busy) or not error.soon:
            return None
        self._tries -= 1
        return error.retry_after


def address(base: str, call: Call) -> str:
    """Where the WebSocket of a service is that draws what a call of `GET /draw` asks for."""
    scheme, _, rest = base.rstrip("/").partition("://")
    return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/ws{call.path}?{urlencode(call.query)}"
