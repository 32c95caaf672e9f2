"""`AsyncClient`: draws by a service, without holding up the event loop."""

from collections.abc import AsyncIterator
from types import TracebackType
from typing import Self, Unpack, overload

import orjson
from httpx2 import AsyncBaseTransport

from inkstream import calls
from inkstream.async_results import AsyncDrawing, AsyncSheet
from inkstream.calls import Call, End, Seed, Strokes, Wish
from inkstream.client import GUESSES, STEPS
from inkstream.live import Point
from inkstream.results import Completion, Recognition
from inkstream.sender import RETRIES, SECONDS, AsyncSender


class AsyncClient:
    """The same as `Client`, with methods to be awaited; use it in an `async with` statement, or await `close`."""

    def __init__(
        self,
        url: str,
        *,
        key: str | None = None,
        timeout: float | None = SECONDS,
        retries: int = RETRIES,
        transport: AsyncBaseTransport | None = None,
    ) -> None:
        self._sender = AsyncSender(url, key, timeout, retries, transport)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._sender.close()

    async def send(self, call: Call) -> bytes:
        """The body of the answer to a call."""
        return await self._sender.send(call)

    @overload
    async def draw(
        self,
        category: str,
        *,
        seed: Seed | None = None,
        count: None = None,
        like: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> AsyncDrawing: ...
    @overload
    async def draw(
        self, category: str, *, seed: Seed | None = None, count: int, like: Seed | None = None, **wish: Unpack[Wish]
    ) -> AsyncSheet: ...
    async def draw(
        self,
        category: str,
        *,
        seed: Seed | None = None,
        count: int | None = None,
        like: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> AsyncDrawing | AsyncSheet:
        """As `Client.draw`."""
        call = calls.draw(category, seed=seed, count=count, like=like, **wish)
        body = orjson.loads(await self.send(call.written("json", {})))
        return AsyncDrawing(body, self.send) if count is None else AsyncSheet(body["drawings"], call, self.send)

    @overload
    async def like(
        self,
        category: str,
        drawing: Strokes,
        *,
        seed: Seed | None = None,
        count: None = None,
        **wish: Unpack[Wish],
    ) -> AsyncDrawing: ...
    @overload
    async def like(
        self, category: str, drawing: Strokes, *, seed: Seed | None = None, count: int, **wish: Unpack[Wish]
    ) -> AsyncSheet: ...
    async def like(
        self,
        category: str,
        drawing: Strokes,
        *,
        seed: Seed | None = None,
        count: int | None = None,
        **wish: Unpack[Wish],
    ) -> AsyncDrawing | AsyncSheet:
        """As `Client.like`."""
        call = calls.like(category, drawing, seed=seed, count=count, **wish)
        body = orjson.loads(await self.send(call.written("json", {"coordinates": "ours"})))["drawings"]
        return AsyncDrawing(body[0], self.send) if count is None else AsyncSheet(body, call, self.send)

    async def between(
        self,
        first: End,
        second: End,
        *,
        steps: int = STEPS,
        seed: Seed | None = None,
        seeds: tuple[Seed | None, Seed | None] = (None, None),
        **wish: Unpack[Wish],
    ) -> AsyncSheet:
        """As `Client.between`."""
        call = calls.between(first, second, steps=steps, seed=seed, seeds=seeds, **wish)
        return AsyncSheet(orjson.loads(await self.send(call.written("json", {})))["drawings"], call, self.send)

    async def complete(
        self,
        drawing: Strokes,
        category: str | None = None,
        *,
        count: int = 1,
        seed: Seed | None = None,
        **wish: Unpack[Wish],
    ) -> list[Completion]:
        """As `Client.complete`."""
        body = await self.send(calls.complete(category, drawing, seed=seed, count=count, **wish))
        return Completion.all_of(orjson.loads(body))

    async def recognise(self, drawing: Strokes, *, top: int = GUESSES) -> Recognition:
        """As `Client.recognise`."""
        return Recognition.of(orjson.loads(await self.send(calls.recognise(drawing, top))))

    async def categories(self, search: str = "") -> list[str]:
        """As `Client.categories`."""
        return [each["slug"] for each in orjson.loads(await self.send(calls.categories(search)))["categories"]]

    def stream(
        self, category: str, *, seed: Seed | None = None, pace: float | None = None, **wish: Unpack[Wish]
    ) -> AsyncIterator[Point]:
        """As `Client.stream`."""
        return self._sender.stream(calls.draw(category, seed=seed, pace=pace, **wish))
