"""Rates counted in Redis, so that all processes that share it let a client draw so much together.

Whatever is wrong with Redis, a request waits for it once, briefly, and is then counted without it. What Redis may have
counted all the same is not taken back.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar

from limits import RateLimitItem, WindowStats
from limits.aio.storage import RedisStorage
from limits.aio.strategies import SlidingWindowCounterRateLimiter
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError

from app.breaker import Breaker
from app.metrics import Metrics
from app.pool_redis import TIMEOUT

log = logging.getLogger(__name__)

PREFIX = "inkstream:rates"  # what all our names begin with
TURNS = 4  # questions at a time: connections take some milliseconds to make, and who waits for a turn blames nobody
PARTS = 5  # of the time-out: a full garbage collection, which may take all of it, uses up one

Answer = TypeVar("Answer")


class RedisRates:
    """Counts that several processes share. Used in one event loop."""

    def __init__(
        self, url: str, metrics: Metrics, clock: Callable[[], float] = time.monotonic, *, timeout: float = TIMEOUT
    ) -> None:
        """`timeout`: seconds to wait for an answer, connecting included."""
        self._connections: ConnectionPool = ConnectionPool.from_url(
            url, socket_timeout=None, socket_connect_timeout=None, retry=Retry(NoBackoff(), 0)
        )
        pool: dict[str, Any] = {"connection_pool": self._connections}  # documented, but not in the signature's types
        storage = RedisStorage("redis://", implementation="redispy", key_prefix=PREFIX, **pool)
        self._limiter = SlidingWindowCounterRateLimiter(storage)
        self._metrics = metrics
        self._clock = clock
        self._timeout = timeout
        self._breaker = Breaker()
        self._turns = asyncio.Semaphore(TURNS)
        self._trial: asyncio.Task[bool | None] | None = None
        self._closed = False
        self._metrics.redis_up.set(1)

    def __repr__(self) -> str:
        return f"<RedisRates {'open' if self._breaker.is_closed else 'without Redis'}>"

    async def hit(self, limit: RateLimitItem, kind: str, name: str, drawings: int) -> bool | None:
        """Whether a client may ask for so many, which are then counted; None where Redis does not say."""
        ask = partial(self._limiter.hit, limit, kind, name, cost=drawings)
        if self._breaker.is_closed:
            return await self._ask_in_turn(ask)
        if not self._closed and self._breaker.begin(self._clock()):  # a trial, for which nobody waits
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
        await self._connections.aclose()

    async def _ask_in_turn(self, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Ask when fewer do; not at all if Redis was found wanting meanwhile."""
        async with self._turns:
            return await self._ask(ask) if self._breaker.is_closed and not self._closed else None

    async def _ask(self, ask: Callable[[], Awaitable[Answer]]) -> Answer | None:
        """Never raises for what is wrong with Redis."""
        try:
            answer = await self._in_time(ask)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            if self._breaker.fail(self._clock()):
                log.warning(
                    "Redis does not count, each process counts by itself: %s", str(error) or type(error).__name__
                )
                with suppress(RedisError, OSError):  # idle connections are dead too, and would say so one by one
                    await self._connections.disconnect(inuse_connections=False)
            self._metrics.redis_errors.labels(type(error).__name__).inc()
            self._metrics.redis_up.set(isinstance(error, ResponseError))
            return None
        if self._breaker.succeed():
            log.warning("Redis counts again")
        self._metrics.redis_up.set(1)
        return answer

    async def _in_time(self, ask: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer, name resolution and a first connection included. Raises TimeoutError, or what asking does."""
        asking = asyncio.ensure_future(ask())
        try:
            for _ in range(PARTS):
                if (await asyncio.wait({asking}, timeout=self._timeout / PARTS))[0]:
                    return asking.result()
            raise TimeoutError
        finally:
            if asking.cancel():
                await asyncio.wait({asking})
