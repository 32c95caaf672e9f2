"""A drawing while it is drawn: the messages of the WebSocket, and the points that they bring. No I/O here."""

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import urlencode

import orjson

from inkstream.calls import Call
from inkstream.errors import problem_from

LIFTS, ENDS = 3, 4  # columns of a row


class Point(NamedTuple):
    """A point in pixels from the first one, y down, and the number of the stroke that it is on, from 0."""

    stroke: int
    x: float
    y: float


class Reader:
    """Makes points of messages. `over` is True once the drawing has ended."""

    def __init__(self) -> None:
        self.over = False
        self._at = Point(0, 0.0, 0.0)
        self._lifted = False

    def read(self, message: str | bytes) -> Iterator[Point]:
        """The points of one message. Raises Problem where the drawing fails."""
        said = orjson.loads(message)
        if (problem := problem_from(said.get("problem"))) is not None:
            raise problem
        self.over = said["type"] == "end"
        if said["type"] == "start":
            yield self._at
        for row in said.get("stroke5", ()):
            if row[ENDS]:
                continue
            stroke, x, y = self._at
            self._at = Point(stroke + self._lifted, x + row[0], y + row[1])
            self._lifted = bool(row[LIFTS])
            yield self._at


def address(base: str, call: Call) -> str:
    """Where the WebSocket of a service is that draws what a call of `GET /draw` asks for."""
    scheme, _, rest = base.rstrip("/").partition("://")
    return f"{'wss' if scheme == 'https' else 'ws'}://{rest}/ws{call.path}?{urlencode(call.query)}"
