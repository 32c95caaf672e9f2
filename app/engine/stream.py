"""One drawing while it is decoded: its reader's side, in the event loop."""

import asyncio
from typing import Protocol

import numpy as np

from app.engine.belief import Belief
from app.engine.job import NOTHING, DrawingJob, End, nobody
from app.engine.request import DrawRequest
from app.engine.steering import TemperatureChange
from model.drawing import Drawing
from model.strokes import Array


class Control(Protocol):
    """What a stream asks of the engine."""

    def cancel(self, job: DrawingJob) -> None: ...
    def grant(self, job: DrawingJob, steps: int) -> None: ...


class Stream:
    """Rows of a drawing as they come. The caller that opens one closes it; closing frees its place with the engine.

    `end` is None until all that was decoded is read.
    """

    job: DrawingJob  # set by the engine before anybody reads

    def __init__(self, control: Control, request: DrawRequest, *, refill: bool) -> None:
        """`refill`: what is read makes room for as much."""
        self.request = request
        self.end: End | None = None
        self._control = control
        self._refill = refill
        self._unread: list[Array] = []
        self._lacking = 0  # rows that who waits still waits for
        self._last: End | None = None
        self._waiter: asyncio.Future[None] | None = None

    async def read(self, least: int = 1) -> Array:
        """The rows [m, 5] that came since the last call; waits for so many of them, or the last.

        Empty at the end. Raises how it failed.
        """
        while (lacking := least - sum(map(len, self._unread))) > 0 and self._last is None:
            self._lacking = lacking
            self._waiter = asyncio.get_running_loop().create_future()
            try:
                await self._waiter
            finally:
                self._waiter = None
        rows = self._unread[0] if len(self._unread) == 1 else np.concatenate([NOTHING, *self._unread])
        self._unread.clear()
        if self._last is not None and not len(rows):
            self.end = self._last
            if self.end.error is not None:
                raise self.end.error
        elif self._refill and self._last is None:
            self._control.grant(self.job, len(rows))
        return rows

    async def whole(self) -> Drawing:
        """The drawing, once it is whole; what was given stands before it. Raises how it failed."""
        prefix = self.request.prefix
        parts = [] if prefix is None else [prefix.rows]
        while len(rows := await self.read()):
            parts.append(rows)
        assert self.end is not None
        return Drawing(self.request.seed, np.concatenate(parts), ended=self.end.reason == "finished")

    def beliefs(self, rows: int) -> list[Belief | None]:
        """What so many rows that were read, one after the other, were drawn from; None for what was not drawn."""
        beliefs = self.job.beliefs
        assert beliefs is not None
        return [beliefs.popleft() if beliefs else None for _ in range(rows)]

    def grant(self, steps: int) -> None:
        """Room for so many more rows, where reading does not make it."""
        self._control.grant(self.job, steps)

    def change(self, temp_xy: float | None, temp_p: float | None) -> None:
        """Other temperatures for the rest of the drawing; None leaves one as it is."""
        self.job.steering.wish(temp_xy, temp_p)

    @property
    def changes(self) -> tuple[TemperatureChange, ...]:
        """How the temperatures changed so far: a request that has these from its beginning draws the same."""
        return self.job.steering.made

    def stop(self) -> None:
        """End the drawing here; what is unread can still be read."""
        self._control.cancel(self.job)
        self.deliver(NOTHING, End("cancelled"))

    def close(self) -> None:
        """Free its place, if it has one still; nobody reads on."""
        if self._last is None:
            self._control.cancel(self.job)
        self.job.sink = nobody  # else each holds the other, until Python looks for such garbage

    def deliver(self, rows: Array, end: End | None) -> None:
        """Take in rows, and how the drawing ended if they are the last. What comes after that does not count."""
        if self._last is not None:
            return
        if len(rows):
            self._unread.append(rows)
            self._lacking -= len(rows)
        self._last = end
        if self._waiter is not None and not self._waiter.done() and (self._lacking <= 0 or end is not None):
            self._waiter.set_result(None)
