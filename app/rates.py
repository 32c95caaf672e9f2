"""How much each client may draw."""

import math
import time
from collections.abc import Mapping

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.errors import RateLimited


class Rates:
    """Drawings of each client, counted over a sliding window. A client is of a kind: it has a key, or an address."""

    def __init__(self, limits: Mapping[str, RateLimitItem | None]) -> None:
        """`limits`: drawings in a time, for each kind of client, or None for as many as anyone likes."""
        self._limits = limits
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage())

    def spend(self, kind: str, name: str, drawings: int = 1) -> None:
        """Count drawings that a client asks for. Raises RateLimited, and counts none, where they are too many."""
        limit = self._limits[kind]
        if limit is None or self._limiter.hit(limit, kind, name, cost=drawings):
            return
        left = self._limiter.get_window_stats(limit, kind, name)
        wait = max(1, math.ceil(left.reset_time - time.time()))
        raise RateLimited(f"Each {kind} may ask for {limit} drawings; {left.remaining} are left.", wait)


def parse_rate(text: str) -> RateLimitItem | None:
    """`600/minute` as a limit, nothing as none. Raises ValueError."""
    return parse(text) if text.strip() else None
