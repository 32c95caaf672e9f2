"""One timer of an event loop for all that is to happen at some time."""

import asyncio
import time
from collections.abc import Callable
from math import inf

SLACK = 0.01  # seconds: timers of event loops may fire some milliseconds early


class Alarm:
    """Rings once the earliest time is over that it was set to. Used in the event loop's thread only."""

    def __init__(self, loop: asyncio.AbstractEventLoop, ring: Callable[[], float]) -> None:
        """`ring` says for when to set it again, by `time.monotonic`; infinite for not."""
        self._loop = loop
        self._ring = ring
        self._at = inf
        self._timer: asyncio.TimerHandle | None = None

    def set(self, at: float) -> None:
        """Let it ring at this time too."""
        if at >= self._at:
            return
        if self._timer is not None:
            self._timer.cancel()
        self._at = at
        self._timer = self._loop.call_later(at + SLACK - time.monotonic(), self._wake)

    def _wake(self) -> None:
        self._at, self._timer = inf, None
        self.set(self._ring())
