"""How much each client address may draw."""

import math
import time

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage
from limits.strategies import SlidingWindowCounterRateLimiter

from app.errors import RateLimited


class Rates:
    """Drawings of each client address, counted over a sliding window."""

    def __init__(self, limit: RateLimitItem | None) -> None:
        """`limit`: drawings in a time, or None for as many as anyone likes."""
        self._limit = limit
        self._limiter = SlidingWindowCounterRateLimiter(MemoryStorage()) if limit else None

    def spend(self, address: str, drawings: int = 1) -> None:
        """Count drawings that an address asks for. Raises RateLimited, and counts none, where they are too many."""
        if self._limit is None or self._limiter is None or self._limiter.hit(self._limit, address, cost=drawings):
            return
        left = self._limiter.get_window_stats(self._limit, address)
        wait = max(1, math.ceil(left.reset_time - time.time()))
        raise RateLimited(f"An address may ask for {self._limit} drawings; {left.remaining} are left.", wait)


def parse_rate(text: str) -> RateLimitItem | None:
    """`600/minute` as a limit, nothing as none. Raises ValueError."""
    return parse(text) if text.strip() else None
