"""Refilling pools that are low, with what the engine can do while nobody waits for it, the most wanted first."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress

from app.engine.chooser import Chooser
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.errors import ShuttingDown
from app.formats.render import render
from app.formats.seed import any_seed
from app.pools.breaker import Breaker
from app.pools.demand import Rank
from app.pools.entry import ready_drawing, to_entry
from app.pools.store import Key, Lease, Store
from model.picture.look import PLAIN

log = logging.getLogger(__name__)

REST = 0.05  # seconds
BATCH = 32  # drawings decoded side by side: the processor is well used, and a turn of few steps stays short


class Refiller:
    """Refills pools in a task of its own, the most wanted first, some drawings at a time. Used in one event loop."""

    def __init__(
        self, chooser: Chooser, store: Store, metrics: Metrics, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._chooser = chooser
        self._store = store
        self._metrics = metrics
        self._clock = clock
        self._wanted: dict[Key, tuple[Rank, DrawRequest]] = {}  # oldest first
        self._asked = asyncio.Event()
        self._health = Breaker()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to listen."""
        self._task = asyncio.create_task(self._run())

    async def close(self) -> None:
        """Stop; drop a refill that is half done."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    def ask(self, key: Key, like: DrawRequest, rank: Rank) -> None:
        """Have a pool refilled when there is time for it. `like`: a request for one of its drawings."""
        if self._health.can_begin(self._clock()):
            self._wanted[key] = (rank, like)
            self._asked.set()

    def forget(self, key: Key) -> None:
        """Refill a pool no more, unless it is asked for again."""
        self._wanted.pop(key, None)

    async def _run(self) -> None:
        while True:
            await self._asked.wait()
            while self._wanted:
                key = self._most_wanted()
                await self._try(key, self._wanted[key][1])
            self._asked.clear()

    def _most_wanted(self) -> Key:
        return max(self._wanted, key=lambda key: self._wanted[key][0])

    async def _try(self, key: Key, like: DrawRequest) -> None:
        is_over = True
        try:
            if self._health.begin(self._clock()):
                is_over = await self._refill(key, like)
                self._health.succeed()
        except ShuttingDown:
            pass
        except Exception as error:  # requests draw for themselves meanwhile, and a later one asks again
            if self._health.fail(self._clock()):
                log.error("a pool could not be refilled", exc_info=error)
        if is_over:
            self._wanted.pop(key, None)

    async def _refill(self, key: Key, like: DrawRequest) -> bool:
        """Refill a pool, until another one is wanted more; whether it is full."""
        lease = await self._store.lease(key)
        if lease is None:  # another process has it, or it is not low: requests would ask again at once
            await asyncio.sleep(REST)
            return True
        try:
            most = BATCH // key.best
            for done in range(0, lease.missing, most):
                if done and self._wanted and self._most_wanted() != key:
                    return False
                await self._add(lease, like, min(most, lease.missing - done))
        finally:
            await self._store.release(lease)
        return True

    async def _add(self, lease: Lease, like: DrawRequest, count: int) -> None:
        requests = [like.of_seed(any_seed().number) for _ in range(count)]
        entries = []
        for drawing in await self._chooser.draw(requests, lease.key.best, spare=True):
            entries.append(to_entry(ready_drawing(drawing, render("svg", [(like, drawing)], PLAIN, several=False))))
            await asyncio.sleep(0)  # requests are answered between one SVG and the next
        await self._store.put(lease, entries)
        self._metrics.refills.inc(count)
