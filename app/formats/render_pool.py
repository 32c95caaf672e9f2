"""What would hold up the event loop, in threads of its own; only so many may wait.

Writing pictures and sheets; reading given drawings, and comparing pictures with them.
"""

import asyncio
from collections import OrderedDict, deque
from collections.abc import AsyncIterator, Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import TypeVar

import torch

from app.engine.metrics import Metrics
from app.errors import QueueFull, TooLate
from app.formats.aside import ASIDE, SMALL

T = TypeVar("T")


class RenderPool:
    """Two threads that write pictures, and do what else would hold up the event loop: for small work, and for large.

    So a small picture never waits for a sheet that moves, and a flood of those takes one core and the memory of one. A
    request takes a place before the engine decodes its drawings, so that none is decoded in vain, and the engine
    decodes what will soon be written, not at once what all who wait have asked for.
    """

    def __init__(self, places: int, metrics: Metrics) -> None:
        self._places = places
        self._metrics = metrics
        self._small, self._large = Lane("render-small", ahead=16), Lane("render-large", ahead=2)
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, until the picture is written. Raises QueueFull."""
        if self.taken >= self._places:
            raise QueueFull(f"{self.taken} pictures wait, and there is no room for one more.")
        self._take(1)
        try:
            yield
        finally:
            self._take(-1)

    @asynccontextmanager
    async def turn(self, deadline: float, *, client: Hashable = None, cost: int = 1) -> AsyncIterator["Lane"]:
        """A place, and a turn of the thread for work of this cost, until the end. Raises QueueFull or TooLate."""
        lane = self._small if cost <= SMALL else self._large
        with self.place():
            try:
                async with asyncio.timeout(deadline), lane.turn(client):
                    yield lane
            except TimeoutError:
                raise TooLate(f"The answer was not ready within {deadline:g} seconds.") from None

    async def close(self) -> None:
        """End the threads, and the process that large pictures are drawn in."""
        await asyncio.gather(self._small.close(), self._large.close())
        await asyncio.to_thread(ASIDE.close)

    def _take(self, places: int) -> None:
        self.taken += places
        self._metrics.pictures.set(self.taken)


class Lane:
    """One thread, and those who wait for it: of a client in order, and one of each client in turn."""

    def __init__(self, name: str, *, ahead: int) -> None:
        """`ahead`: those who have their turn at a time, to have something to write when the thread is free."""
        self._thread = ThreadPoolExecutor(1, name, initializer=partial(torch.set_num_threads, 1))
        self._free = ahead
        self._waiting: OrderedDict[Hashable, deque[asyncio.Future[None]]] = OrderedDict()

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`, which does not begin once its caller has gone."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    @asynccontextmanager
    async def turn(self, client: Hashable) -> AsyncIterator[None]:
        """Wait for it; it lasts until the end."""
        if self._free:
            self._free -= 1
        else:
            await self._wait(client)
        try:
            yield
        finally:
            self._free += 1
            self._next()

    async def close(self) -> None:
        """End the thread; work that waits is never begun."""
        for turn in (turn for turns in self._waiting.values() for turn in turns):
            turn.cancel()
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    async def _wait(self, client: Hashable) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.setdefault(client, deque()).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # it came as its client went
                self._free += 1
                self._next()
            raise

    def _next(self) -> None:
        while self._waiting and self._free:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns  # behind the others
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
