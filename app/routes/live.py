"""A drawing on its way to one client, message by message, at the client's pace or as fast as it comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import numpy as np

from app.engine.delivery import FRAME_SECONDS, FRAMES, GRANT, Delivery
from app.engine.job import NOTHING
from app.engine.request import DrawRequest
from app.engine.steering import TemperatureChange
from app.errors import AppError, Invalid, ShuttingDown
from app.formats import messages
from app.formats.given import Fitted
from app.middleware.client_limits import Client
from app.routes.pacer import TICK
from app.routes.service import Service
from model.strokes import Array


class Live:
    """One live drawing; its place with the engine is taken at once, and free after `close`."""

    def __init__(
        self,
        service: Service,
        client: Client,
        request: DrawRequest,
        pace: float | None,
        *,
        path: str,
        fitted: Fitted | None = None,
        belief: bool = False,
        had: int = 0,
    ) -> None:
        """`pace`: points a second. `fitted`: what it goes on from. `belief`: say what each row was drawn from.

        `had`: rows that the client has already; they come at no pace, and are not sent.

        Raises ClientLimited, QueueFull or ShuttingDown.
        """
        self._give_back = service.clients.take(client, "live-drawings")
        try:
            granted = None if pace is None else min(service.pacer.frame(pace), had or GRANT)
            [self._stream] = service.engine.open([request], Delivery.streamed(granted, belief=belief))
        except AppError:
            self._give_back()
            raise
        self._service = service
        self._now = asyncio.get_running_loop().time
        service.draining.lives.add(self)
        if pace is not None:
            service.pacer.drawings.add(self)
        self._fitted = fitted
        self._belief = belief
        self._pace = pace
        self._path = path
        self._had = had
        self.sent = 0  # rows, those that the client had among them
        self._granted = granted or 0  # rows that may be decoded, of a drawing with a pace
        self._held = 0.0  # until when rows are held, to be sent together
        self._stopped = False
        self._told: tuple[TemperatureChange, ...] = ()  # changes that the client knows of
        self._wished: list[tuple[float | None, float | None]] = []  # temperatures, for the rows that it has not
        self._rested: asyncio.Future[None] | None = None

    async def messages(self, *, ping: float | None = None) -> AsyncIterator[bytes]:
        """Its messages, the last of them `end`. `ping`: seconds without one after which an empty one comes.

        Raises ShuttingDown where the service ends before it does.
        """
        yield messages.start(self._stream.request, 0 if self._fitted is None else len(self._fitted.fitted), self._had)
        due = self._now()
        while self._stream.end is None:
            try:
                rows = await self._frame(ping)
            except TimeoutError:
                yield b""
                continue
            news = self._news(rows)
            if len(news):
                self._held = self._now() + FRAME_SECONDS
                yield self._points(news)
            if self._pace is not None:
                due = await self._rest(due, len(news))
        if isinstance(self._stream.end.error, ShuttingDown):
            raise self._stream.end.error
        yield messages.end(self._stream.end, self._path, self._stream.changes)

    def change(self, temp_xy: float | None, temp_p: float | None, pace: float | None) -> None:
        """Other temperatures, or another pace, from here on. Raises Invalid for the pace of one that has none."""
        if pace is not None and self._pace is None:
            raise Invalid([("pace", "Can be changed only of a drawing that began with one")])
        self._wished.append((temp_xy, temp_p))
        self._steer()
        self._pace = pace or self._pace
        self._wake()

    def stop(self) -> None:
        """End it here; its reader is told."""
        self._stopped = True
        self._stream.stop()
        self._wake()

    def service_ends(self) -> None:
        """What is unread comes at no pace, and then no more."""
        self._stopped = True
        self._wake()

    def how_to_go_on(self) -> str:
        """What a client may ask another service for, to have the rest."""
        return f"seed={self._stream.request.seed}&resume={max(self.sent, self._had)}"

    def close(self) -> None:
        """Free its place; nobody reads on."""
        self._stream.close()
        self._give_back()
        self._service.pacer.drawings.discard(self)
        self._service.draining.lives.discard(self)

    async def _frame(self, ping: float | None) -> Array:
        """The next rows: the first at once, others with all that come within a frame of those before, or to the end.

        It takes them as the engine hands them out, one frame to two after those before: a timer would disturb it. Of a
        drawing with a pace they are all that it may have, however many turns the engine takes for them.
        """
        parts: list[Array] = []
        least = 1 if self.sent <= self._had else max(1, self._granted - self.sent)
        with suppress(AppError):  # which the stream's end has
            if ping is None:  # a timeout of None takes 2 us of the 150 that a message takes
                parts.append(await self._stream.read(least))
            else:
                async with asyncio.timeout(ping):
                    parts.append(await self._stream.read(least))
            while self._stream.end is None and self._now() < self._held:
                with suppress(TimeoutError):
                    async with asyncio.timeout_at(self._held + FRAME_SECONDS):
                        parts.append(await self._stream.read())
        return parts[0] if len(parts) == 1 else np.concatenate([NOTHING, *parts])

    def _news(self, rows: Array) -> Array:
        """Those of the next rows that the client has not; the others are passed over, at no pace."""
        had = max(0, min(len(rows), self._had - self.sent))
        self.sent += len(rows)
        self._steer()
        if had and self._belief:
            self._stream.beliefs(had)
        if had and self._pace is not None:
            self._grant(min(had, max(0, self._had - self._granted)))
        return rows[had:]

    def _steer(self) -> None:
        """Change the temperatures as wished; the rows that the client has stay what they are."""
        if self.sent >= self._had:
            for wish in self._wished:
                self._stream.change(*wish)
            self._wished.clear()

    def _points(self, rows: Array) -> bytes:
        scale = 1.0 if self._fitted is None else self._fitted.scale
        beliefs = None
        if self._belief:
            beliefs = [None if one is None else one.json(scale) for one in self._stream.beliefs(len(rows))]
        told, self._told = self._told, self._stream.changes
        changes = () if told == self._told else self._told
        return messages.points(rows if self._fitted is None else self._fitted.back(rows), beliefs, changes)

    async def _rest(self, due: float, rows: int) -> float:
        """Wait until the next rows are due, at the pace of that moment, and make room for them; when they were due."""
        late = max(1 / FRAMES, rows / self._of_pace())  # by more than that nobody is made up for
        begun = max(due, self._now() - late)
        while not self._stopped and begun + rows / self._of_pace() - self._now() > TICK / 2:
            self._rested = self._service.pacer.rest(begun + rows / self._of_pace())
            await self._rested  # ends early where the client says something
        ahead = min(
            self._service.pacer.frame(self._of_pace()), self._had - self.sent if self.sent < self._had else GRANT
        )
        self._grant(max(0, ahead - (self._granted - self.sent)))
        return begun + rows / self._of_pace()

    def _grant(self, rows: int) -> None:
        self._granted += rows
        self._stream.grant(rows)

    def _of_pace(self) -> float:
        assert self._pace is not None
        return self._pace

    def _wake(self) -> None:
        if self._rested is not None and not self._rested.done():
            self._rested.set_result(None)
