"""Writing pictures and sheets in a thread of their own, one after the other; only so many may wait."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from app.engine.metrics import Metrics
from app.errors import QueueFull, TooLate
from model.drawing import Drawing


class RenderPool:
    """One thread that writes pictures, which would hold up the event loop.

    One thread, so that a flood of GIFs takes one core and the memory of one. A request takes a place before the engine
    decodes its drawings, so that none is decoded in vain.
    """

    def __init__(self, places: int, metrics: Metrics) -> None:
        self._places = places
        self._metrics = metrics
        self._thread = ThreadPoolExecutor(1, "render")
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

    async def draw(
        self, draw: Callable[[], Awaitable[list[Drawing]]], write: Callable[[list[Drawing]], bytes], deadline: float
    ) -> bytes:
        """What `write` makes of the drawings that `draw` decodes. Raises QueueFull, TooLate, or what drawing does."""
        with self.place():
            try:
                async with asyncio.timeout(deadline):
                    drawings = await draw()
                    return await self.write(partial(write, drawings))
            except TimeoutError:
                raise TooLate(f"The answer was not ready within {deadline:g} seconds.") from None

    async def write(self, work: Callable[[], bytes]) -> bytes:
        """The result of `work`, which does not begin once its caller has gone."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """End the thread."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _take(self, places: int) -> None:
        self.taken += places
        self._metrics.pictures.set(self.taken)
