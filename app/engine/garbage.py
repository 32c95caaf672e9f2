"""When Python looks through all objects for those that nobody needs: once nobody waits, or else seldom.

Every thread stands still meanwhile, with a thousand clients for 0.1 to 0.2 seconds, and by itself it would do so every
other second while many come and go. What is young it still looks through by itself, some milliseconds at a time, but
not at every burst: hundreds of drawings that begin in a moment, and are gone in the next, leave no garbage.
"""

import asyncio
import gc
import time
from collections.abc import Callable

YOUNG = 10_000  # objects more than there were, at which it looks; by itself it would at 700
MIDDLE = gc.get_threshold()[1]
NEVER = 2**30  # by itself
TICK_SECONDS = 0.5
QUIET_SECONDS = 10.0  # from one time to the next, while nobody waits
BUSY_SECONDS = 60.0  # else: what clients leave behind in this time is some megabytes


class Garbage:
    """Decides when to collect it; `tick` is called from time to time."""

    def __init__(self, now: float, collect: Callable[[], object] = gc.collect) -> None:
        """`now`: the time of the clock that `tick` is told."""
        self._collect = collect
        self._last = now

    def tick(self, now: float, *, is_quiet: bool) -> None:
        """Collect, if it is time to. `is_quiet`: nobody waits for a drawing."""
        if now - self._last >= (QUIET_SECONDS if is_quiet else BUSY_SECONDS):
            self._last = now
            self._collect()


def leave_be() -> None:
    """Never look again through what there is by now, such as PyTorch's objects; through all else only when told to."""
    if not gc.get_freeze_count():
        gc.freeze()
    gc.set_threshold(YOUNG, MIDDLE, NEVER)


async def collect_at_rest(is_quiet: Callable[[], bool]) -> None:
    """Collect when nobody waits, or else seldom, for ever; nothing where Python does so by itself."""
    garbage = Garbage(time.monotonic())
    while gc.get_threshold()[2] == NEVER:
        await asyncio.sleep(TICK_SECONDS)
        garbage.tick(time.monotonic(), is_quiet=is_quiet())
