"""How much each client may draw."""

import math
import time
from collections.abc import Mapping

from limits import RateLimitItem, WindowStats, parse_many
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.errors import RateLimited
from app.middleware.redis_rates import RedisRates


class Rates:
    """Drawings of each client, counted over a sliding window. A client is of a kind: it has a key, or an address."""

    def __init__(self, limits: Mapping[str, RateLimitItem | None], shared: RedisRates | None = None) -> None:
        """Count what clients ask for, here or together with others.

        `limits`: drawings in a time, for each kind of client, or None for as many as anyone likes.
        `shared`: counts that all processes share; where it does not answer, this process counts.
        """
        self._limits = limits
        self._own = SlidingWindowCounterRateLimiter(MemoryStorage())
        self._shared = shared

    async def spend(self, kind: str, name: str, drawings: int = 1) -> None:
        """Count drawings that a client asks for. Raises RateLimited, and counts none, where they are too many."""
        limit = self._limits[kind]
        if limit is None or await self._may(limit, kind, name, drawings):
            return
        left = await self._left(limit, kind, name)
        wait = max(1, math.ceil(left.reset_time - time.time()))
        raise RateLimited(f"Each {kind} may ask for {_in_words(limit)}; {left.remaining} are left.", wait)

    async def close(self) -> None:
        """Share no more."""
        if self._shared is not None:
            await self._shared.close()

    async def _may(self, limit: RateLimitItem, kind: str, name: str, drawings: int) -> bool:
        shared = None if self._shared is None else await self._shared.hit(limit, kind, name, drawings)
        if shared is False:
            return False
        own = self._own.hit(limit, kind, name, cost=drawings)  # even if shared: Redis may be gone the next moment
        return shared or own

    async def _left(self, limit: RateLimitItem, kind: str, name: str) -> WindowStats:
        shared = None if self._shared is None else await self._shared.left(limit, kind, name)
        return shared or self._own.get_window_stats(limit, kind, name)


def parse_rate(text: str) -> RateLimitItem | None:
    """`600/minute` as a limit, nothing as none. Raises ValueError, also for several: only one would count."""
    if not text.strip():
        return None
    [limit, *others] = parse_many(text)
    if others:
        raise ValueError("it is more than one rate")
    if limit.amount < 1:
        raise ValueError("it lets nobody draw")
    return limit


def _in_words(limit: RateLimitItem) -> str:
    """As a person says it: the library says "3 per 1 minute"."""
    unit = limit.GRANULARITY.name
    span = unit if limit.multiples == 1 else f"{limit.multiples} {unit}s"
    return f"{limit.amount} drawing{'' if limit.amount == 1 else 's'} per {span}"
