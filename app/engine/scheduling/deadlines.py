"""Who is late, found without looking at those who are not. Pure: it is handed its clock."""

from heapq import heapify, heappop, heappush
from itertools import count
from math import inf
from typing import Generic, Protocol, TypeVar

FEWEST = 64  # entries that are not worth looking through


class Dated(Protocol):
    """What has a deadline, which may become infinite."""

    deadline: float

    @property
    def is_gone(self) -> bool: ...


D = TypeVar("D", bound=Dated)


class Deadlines(Generic[D]):
    """Jobs by deadline, the earliest first.

    Nobody says when one is gone or has no deadline any more: it is passed over once its time comes, or when more than
    half may be such.
    """

    def __init__(self) -> None:
        self._heap: list[tuple[float, int, D]] = []
        self._number = count()  # jobs have no order
        self._most = FEWEST

    def __len__(self) -> int:
        return len(self._heap)

    def add(self, job: D) -> None:
        """Mind a job, if it has a deadline."""
        if job.deadline == inf:
            return
        if len(self._heap) >= self._most:
            self._heap = [entry for entry in self._heap if _counts(entry)]
            heapify(self._heap)
            self._most = max(FEWEST, 2 * len(self._heap))
        heappush(self._heap, (job.deadline, next(self._number), job))

    def first(self) -> float:
        """The earliest deadline; infinite where there is none."""
        while self._heap and not _counts(self._heap[0]):
            heappop(self._heap)
        return self._heap[0][0] if self._heap else inf

    def late(self, now: float) -> list[D]:
        """Let go of all whose deadline is not after `now`, the earliest first."""
        late = list[D]()
        while self._heap and self._heap[0][0] <= now:
            entry = heappop(self._heap)
            if _counts(entry):
                late.append(entry[2])
        return late


def _counts(entry: tuple[float, int, Dated]) -> bool:
    deadline, _, job = entry
    return not job.is_gone and job.deadline == deadline
