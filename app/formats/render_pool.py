"""Writing pictures and sheets: in a thread of its own, one after the other, and not more than may wait."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from app.engine.metrics import Metrics
from app.errors import QueueFull


class Press:
    """One thread that writes what would hold up the event loop.

    One thread, so that a flood of GIFs takes one core and the memory of one. Whoever wants something written takes a
    place before it is even drawn, so that nothing is drawn in vain.
    """

    def __init__(self, places: int, metrics: Metrics) -> None:
        self._places = places
        self._metrics = metrics
        self._thread = ThreadPoolExecutor(1, "press")
        self.taken = 0

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place, until it is written. Raises QueueFull."""
        if self.taken >= self._places:
            raise QueueFull(f"{self.taken} pictures wait, and there is no room for one more.")
        self._take(1)
        try:
            yield
        finally:
            self._take(-1)

    async def write(self, work: Callable[[], bytes]) -> bytes:
        """What `work` returns; it is not begun where nobody waits for it any more."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """End the thread."""
        await asyncio.to_thread(self._thread.shutdown, cancel_futures=True)

    def _take(self, places: int) -> None:
        self.taken += places
        self._metrics.pictures.set(self.taken)
