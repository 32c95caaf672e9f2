"""Which of a device's fixed slots each drawing has. Pure: no device, no tensors."""

from collections.abc import Hashable, Iterable, Sequence
from heapq import heappop, heappush
from typing import Generic, TypeVar

J = TypeVar("J", bound=Hashable)


class Seats(Generic[J]):
    """Jobs in so many slots, numbered from 0; the lowest free ones are given first, so that few slots hold them all."""

    def __init__(self, slots: int) -> None:
        self.slots = slots
        self._taken: dict[J, int] = {}  # in the order in which they came
        self._free = list(range(slots))  # a heap

    def __repr__(self) -> str:
        return f"<Seats {len(self._taken)} of {self.slots}>"

    def __len__(self) -> int:
        return len(self._taken)

    @property
    def free(self) -> int:
        """Slots that nobody has."""
        return len(self._free)

    def jobs(self) -> list[J]:
        """Those who have a slot, longest first."""
        return list(self._taken)

    def lacking(self, jobs: Iterable[J]) -> list[J]:
        """Those of some who have no slot, in their order."""
        taken = self._taken
        return [job for job in jobs if job not in taken]

    def of(self, jobs: Iterable[J]) -> list[int]:
        """The slots of some who have one, in their order."""
        taken = self._taken
        return [taken[job] for job in jobs]

    def join(self, jobs: Sequence[J]) -> list[int]:
        """Give slots to some who have none, and say which; there are enough."""
        assert len(jobs) <= self.free
        for job in jobs:
            assert job not in self._taken
            self._taken[job] = heappop(self._free)
        return self.of(jobs)

    def leave(self, jobs: Iterable[J]) -> list[int]:
        """Free the slots of those of some who have one, and say which these were."""
        taken = self._taken
        left = [taken.pop(job) for job in jobs if job in taken]
        for slot in left:
            heappush(self._free, slot)
        return left

    def moved(self, slots: int) -> "Seats[J]":
        """Everybody in so many slots, side by side from the first on."""
        there: Seats[J] = Seats(slots)
        there.join(self.jobs())
        return there
