"""Who begins next of those who wait: one of each client by turns, a crowd with rests. Pure: it is told the time."""

from collections import OrderedDict, deque
from typing import Generic, TypeVar

T = TypeVar("T")

CROWD = 32  # of one client that wait: more than a page asks for at once
LONGEST_REST = 0.05  # seconds


class StartLine(Generic[T]):
    """Those who wait to begin, by client.

    Beginning one costs everyone else a millisecond or two, also the thread that decodes, which needs Python now and
    then. So after some of a crowd have begun, the rest of it waits for as long as that took, and others go on.
    """

    def __init__(self, *, rests: bool = True) -> None:
        """`rests`: whether a crowd has any."""
        self._crowd = CROWD if rests else 0
        self._waiting: OrderedDict[str, deque[T]] = OrderedDict()
        self._begun: float | None = None  # when some of a crowd began, and are perhaps not done
        self._rest_until = 0.0

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def __contains__(self, client: str) -> bool:
        return client in self._waiting

    def join(self, client: str, waiter: T) -> None:
        """Wait behind those of this client."""
        self._waiting.setdefault(client, deque()).append(waiter)

    def next(self, now: float) -> T | None:
        """Who begins; None where nobody waits, or all who wait have a rest."""
        for client in list(self._waiting):
            waiters = self._waiting[client]
            is_crowd = 0 < self._crowd < len(waiters)
            if is_crowd and now < self._rest_until:
                continue
            waiter = waiters.popleft()
            if waiters:
                self._waiting.move_to_end(client)  # behind the others
            else:
                del self._waiting[client]
            if is_crowd and self._begun is None:
                self._begun = now
            return waiter
        return None

    def rest(self, now: float) -> float:
        """What has begun had its time: seconds for which a crowd waits now."""
        if self._begun is not None:
            self._rest_until = now + min(now - self._begun, LONGEST_REST)
            self._begun = None
        return max(0.0, self._rest_until - now)
