"""When drawings with a pace go on: many at the same moment, so that the engine decodes them side by side.

Each by itself would go on at a moment of its own: two hundred at thirty points a second would be six thousand turns of
one drawing each, instead of sixty of a hundred.
"""

import asyncio
from math import ceil

from app.engine.delivery import GRANT, frame

TICK = 1 / 60  # seconds: nobody sees that a point comes half of it earlier or later
MESSAGES = 4000  # a second to all drawings with a pace: they take some third of what an event loop has time for
LONGEST = 0.5  # seconds of points in a message: a client that plays them hides as much, and a change waits no longer


class Pacer:
    """Wakes whoever rests, at the tick that is nearest. One timer serves all who rest until the same.

    The more drawings have a pace, the more points come at a time: a message costs as much as dozens of them.
    """

    def __init__(self) -> None:
        self.drawings: set[object] = set()  # that have a pace
        self._resting: dict[int, list[asyncio.Future[None]]] = {}

    def frame(self, pace: float) -> int:
        """Points of a message at a pace, by how many drawings have one."""
        shared = ceil(pace * len(self.drawings) / MESSAGES)
        return max(frame(pace), min(shared, int(pace * LONGEST), GRANT))

    def rest(self, until: float) -> asyncio.Future[None]:
        """What is done at about a time of the event loop's clock; the caller may set it before."""
        loop = asyncio.get_running_loop()
        tick = round(until / TICK)
        if tick not in self._resting:
            self._resting[tick] = []
            loop.call_at(tick * TICK, self._wake, tick)
        rested = loop.create_future()
        self._resting[tick].append(rested)
        return rested

    def _wake(self, tick: int) -> None:
        for rested in self._resting.pop(tick):
            if not rested.done():
                rested.set_result(None)
