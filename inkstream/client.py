"""`Client`: draws by a service."""

from collections.abc import Iterator
from types import TracebackType
from typing import Self, Unpack, overload

import orjson
from httpx2 import BaseTransport

from inkstream import calls
from inkstream.calls import Call, End, Seed, Strokes, Wish
from inkstream.live import Point
from inkstream.results import Completion, Drawing, Recognition, Sheet
from inkstream.sender import RETRIES, SECONDS, Sender

STEPS, GUESSES = 8, 5  # as the service has them


class Client:
    """Draws by the service at `url`, such as `http://localhost:8000`. Close it, or use it in a `with` statement.

    `key`: an API key. `timeout`: seconds for an answer, and for what a stream says next. `retries`: how often a call
    that the service is too busy for (429, 503) is tried again, each time after as long as it says, unless that is more
    than ten seconds. Unless it is 0, a stream that breaks goes on too. Raises ValueError for an address or a key that
    can be none. All methods raise ServiceError: `Problem` where the service refuses, `Busy` where it stays busy,
    `Unreachable` where none is.
    """

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout: float | None = SECONDS,
        retries: int = RETRIES,
        transport: BaseTransport | None = None,
    ) -> None:
        self._sender = Sender(url, key, timeout, retries, transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._sender.close()

    def send(self, call: Call) -> bytes:
        """The body of the answer to a call."""
        return self._sender.send(call)

    @overload
    def draw(
        self,
        category: str,
        *,
        seed: Seed | None = None,
        count: None = None,
        like: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> Drawing: ...
    @overload
    def draw(
        self, category: str, *, seed: Seed | None = None, count: int, like: Seed | None = None, **wish: Unpack[Wish]
    ) -> Sheet: ...
    def draw(
        self,
        category: str,
        *,
        seed: Seed | None = None,
        count: int | None = None,
        like: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> Drawing | Sheet:
        """A drawing of a category, or, with `count`, a sheet of so many. The same seed gives the same drawing.

        `seed` is a number or any text. `like`: the seed of a drawing that it is to be like. `wish`: `temp_xy`,
        `temp_p`, `at`, `best`, `system`, `latent`, `closeness`, as docs/api.md has them.
        """
        call = calls.draw(category, seed=seed, count=count, like=like, **wish)
        body = orjson.loads(self.send(call.written("json", {})))
        return Drawing(body, self.send) if count is None else Sheet(body["drawings"], call, self.send)

    @overload
    def like(
        self,
        category: str,
        drawing: Strokes,
        *,
        seed: Seed | None = None,
        count: None = None,
        **wish: Unpack[Wish],
    ) -> Drawing: ...
    @overload
    def like(
        self, category: str, drawing: Strokes, *, seed: Seed | None = None, count: int, **wish: Unpack[Wish]
    ) -> Sheet: ...
    def like(
        self,
        category: str,
        drawing: Strokes,
        *,
        seed: Seed | None = None,
        count: int | None = None,
        **wish: Unpack[Wish],
    ) -> Drawing | Sheet:
        """A drawing like a given one, or, with `count`, a sheet of so many, in pixels as `draw` has them.

        `drawing`: one of ours, or lines [m, 2] in any scale. `closeness`: 0 is any of the category, 1 the nearest.
        """
        call = calls.like(category, drawing, seed=seed, count=count, **wish)
        body = orjson.loads(self.send(call.written("json", {"coordinates": "ours"})))["drawings"]
        return Drawing(body[0], self.send) if count is None else Sheet(body, call, self.send)

    def between(
        self,
        first: End,
        second: End,
        *,
        steps: int = STEPS,
        seed: Seed | None = None,
        seeds: tuple[Seed | None, Seed | None] = (None, None),
        **wish: Unpack[Wish],
    ) -> Sheet:
        """The drawings on the way from one to another; as a picture a strip, as a GIF one after the other.

        Each end is a drawing, or a category, of which `seeds` names the drawing.
        """
        call = calls.between(first, second, steps=steps, seed=seed, seeds=seeds, **wish)
        return Sheet(orjson.loads(self.send(call.written("json", {})))["drawings"], call, self.send)

    def complete(
        self,
        drawing: Strokes,
        category: str | None = None,
        *,
        count: int = 1,
        seed: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> list[Completion]:
        """Endings of a drawing that was begun, in its own coordinates; of what it is taken for, without a category."""
        body = self.send(calls.complete(category, drawing, seed=seed, count=count, **wish))
        return Completion.all_of(orjson.loads(body))

    def recognise(self, drawing: Strokes, *, top: int = GUESSES) -> Recognition:
        """What a drawing may show, finished or not."""
        return Recognition.of(orjson.loads(self.send(calls.recognise(drawing, top))))

    def categories(self, search: str = "") -> list[str]:
        """What can be drawn, by the names that paths have; or what a text may mean, likeliest first."""
        return [each["slug"] for each in orjson.loads(self.send(calls.categories(search)))["categories"]]

    def stream(
        self, category: str, *, seed: Seed | None = None, pace: float | None = None, **wish: Unpack[Wish]
    ) -> Iterator[Point]:
        """The points of a drawing as they are drawn, over a WebSocket; `pace`: how many a second."""
        return self._sender.stream(calls.draw(category, seed=seed, pace=pace, **wish))
