"""Rates counted in Redis, so that all processes that share it let a client draw so much together.

When Redis fails, a request waits for it once, briefly, and this process counts it. The service does not take back what
Redis may have counted all the same.
"""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, TypeVar

from limits import RateLimitItem, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from app.pools.redis_link import Lost, RedisLink, Use

PREFIX = "inkstream:rates"  # what all our names begin with
TURNS = 4  # questions at a time: connections take some milliseconds to make, and a wait for a turn is no fault of Redis

Answer = TypeVar("Answer")


class RedisRates:
    """Counts that several processes share. Used in one event loop."""

    def __init__(self, link: RedisLink) -> None:
        """`link` is left open by `close`: others may use it."""
        pool: dict[str, Any] = {"connection_pool": link.connections}  # documented, but not in the signature's types
        storage = RedisStorage("redis://", implementation="redispy", key_prefix=PREFIX, **pool)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._link = link
        self._counting = Use("each process counts by itself")
        self._turns = asyncio.Semaphore(TURNS)
        self._trial: asyncio.Task[bool | None] | None = None
        self._closed = False

    def __repr__(self) -> str:
        return f"<RedisRates {'open' if self._link.is_well(self._counting) else 'without Redis'}>"

    async def hit(self, limit: RateLimitItem, kind: str, name: str, drawings: int) -> bool | None:
        """Whether a client may ask for so many, which are then counted; None where Redis does not say."""
        ask = partial(self._limiter.hit, limit, kind, name, cost=drawings)
        if self._link.is_well(self._counting):
            return await self._ask_in_turn(ask)
        is_trying = self._trial is not None and not self._trial.done()
        if not self._closed and not is_trying and self._link.can_begin(self._counting):  # a trial: nobody waits for it
            self._trial = asyncio.create_task(self._ask(ask))
        return None

    async def left(self, limit: RateLimitItem, kind: str, name: str) -> WindowStats | None:
        """What a client has left, and until when; None where Redis does not say."""
        return await self._ask_in_turn(partial(self._limiter.get_window_stats, limit, kind, name))

    async def close(self) -> None:
        """Ask no more."""
        self._closed = True
        if self._trial is not None:
            await self._trial

    async def _ask_in_turn(self, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Ask when fewer do; not at all if Redis was found wanting meanwhile."""
        async with self._turns:
            return await self._ask(ask) if self._link.is_well(self._counting) and not self._closed else None

    async def _ask(self, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        answer = await self._link.ask(self._counting, ask)
        return None if isinstance(answer, Lost) else answer
