"""The one link of this process to Redis, for all that it is used for.

It knows whether Redis can be had, and says so once when that changes. Whether Redis refuses something is known for each
use by itself: it is no reason to do without the others.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.connection import AbstractConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.exceptions import RedisError, ResponseError

from app.engine.metrics import Metrics
from app.pools.breaker import Breaker

log = logging.getLogger(__name__)

TIMEOUT = 0.25  # seconds: a drawing is decoded in less
PARTS = 5  # of the time-out: a full garbage collection, which may take all of it, uses up one

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Lost:
    """Redis did not do it. `surely`: nor will it; else it may yet, and must not be asked again."""

    surely: bool


@dataclass(frozen=True, slots=True)
class Use:
    """What Redis may refuse while it does the rest. `otherwise`: what is done then, as the log says it."""

    otherwise: str
    breaker: Breaker = field(default_factory=Breaker)


class RedisLink:
    """Asks Redis, briefly, and leaves it alone while it cannot be had. Used in one event loop."""

    def __init__(
        self, url: str, metrics: Metrics, clock: Callable[[], float] = time.monotonic, *, timeout: float = TIMEOUT
    ) -> None:
        """`timeout`: seconds to wait for an answer, connecting included."""
        self.connections: ConnectionPool = ConnectionPool.from_url(  # they wait for ever: `ask` ends it
            url,
            socket_timeout=None,
            socket_connect_timeout=None,
            retry=Retry(NoBackoff(), 0),
            redis_connect_func=_begin,
        )
        self._metrics = metrics
        self._clock = clock
        self._timeout = timeout
        self._breaker = Breaker()
        self._closed = False
        self._metrics.redis_up.set(0)  # until it has answered

    def __repr__(self) -> str:
        return f"<RedisLink {'open' if self.is_up else 'without Redis'}>"

    @property
    def is_up(self) -> bool:
        """Whether Redis could be had when last asked."""
        return self._breaker.is_closed

    def is_well(self, use: Use) -> bool:
        """Whether Redis can be had and does not refuse this, for all that is known."""
        return self.is_up and use.breaker.is_closed

    def can_begin(self, use: Use) -> bool:
        """Whether to ask: always while all is well, else when a pause is over."""
        now = self._clock()
        return self._breaker.can_begin(now) and use.breaker.can_begin(now)

    async def greet(self) -> None:
        """Find out whether Redis can be had, before anybody needs it."""
        redis: Redis = Redis(connection_pool=self.connections)
        await self.ask(Use("drawing with it"), redis.ping)

    async def ask(self, use: Use, question: Callable[[], Awaitable[Answer]]) -> Answer | Lost:
        """The answer to a question that is put over `connections`. Never raises for what is wrong with Redis.

        While something is wrong one question at a time is a trial of it, and the others are not put.
        """
        now = self._clock()
        if self._closed or not (self._breaker.can_begin(now) and use.breaker.begin(now) and self._breaker.begin(now)):
            return Lost(surely=True)
        try:
            answer = await self._in_time(question)
        except ResponseError as error:  # it answers and refuses, and so has done nothing
            self._is_there()
            if use.breaker.fail(self._clock()):
                log.warning("Redis refuses, %s: %s", use.otherwise, error)
            return self._lost(error, surely=True)
        except (RedisError, OSError) as error:  # TimeoutError is an OSError
            await self._is_gone(error)
            return self._lost(error, surely=False)
        self._is_there()
        if use.breaker.succeed():
            log.warning("Redis does what it refused")
        return answer

    async def close(self) -> None:
        """Ask no more. Those who ask are to be closed before."""
        self._closed = True
        with suppress(RedisError, OSError):  # what is gone cannot be taken leave of
            await self._in_time(self.connections.aclose)

    async def _in_time(self, question: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer, name resolution and a first connection included. Raises TimeoutError, or what asking does."""
        asking = asyncio.ensure_future(question())
        try:
            for _ in range(PARTS):
                if (await asyncio.wait({asking}, timeout=self._timeout / PARTS))[0]:
                    return asking.result()
            raise TimeoutError
        finally:
            if asking.cancel():
                await asyncio.wait({asking})

    def _is_there(self) -> None:
        if self._breaker.succeed():
            log.warning("Redis is back")
        self._metrics.redis_up.set(1)

    async def _is_gone(self, error: Exception) -> None:
        self._metrics.redis_up.set(0)
        if self._breaker.fail(self._clock()):
            log.warning("Redis cannot be had, drawing without it: %s", str(error) or type(error).__name__)
            with suppress(RedisError, OSError):  # idle connections are dead too, and would say so one by one
                await self._in_time(lambda: self.connections.disconnect(inuse_connections=False))

    def _lost(self, error: Exception, *, surely: bool) -> Lost:
        self._metrics.redis_errors.labels(type(error).__name__).inc()
        return Lost(surely)


async def _begin(connection: AbstractConnection) -> None:
    """Begin a connection; there is none where Redis refuses what begins it, since it has no such database, say."""
    try:
        await connection.on_connect()
    except ResponseError as error:
        raise NoConnection(str(error)) from error
