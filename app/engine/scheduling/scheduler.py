r"""Which drawings wait, which are decoded, and how many steps they take next. Pure: no clock, no device, no I/O.

    waiting --admit--> running --finish / cancel / expire--> gone
                       |     ^
             no credit v     | admit
                    parked --grant--> returning

A job is in one of these places only, and can be cancelled or expire in each. A running job holds a slot. One whose
reader leaves it no room is parked: it holds none, so that slow readers take nothing from others but memory, and once it
is granted credit it waits for a slot, which those who return and newcomers, by their kind, get by turns. Drawings of a
large request, and those that an owner has beyond some, take fewer steps in a turn while others are decoded, so that one
drawing does not wait for sheets; as an owner's older ones end, the next are as quick. Spare
jobs, which nobody waits for, run at once: beside the slots, and only in turns that nobody else has a use for. A caller
that shares a scheduler between threads puts one lock around it.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, zip_longest
from operator import attrgetter
from typing import Generic, TypeVar

from app.engine.scheduling.deadlines import Deadlines
from app.engine.scheduling.job import ENDLESS, GONE, HELD, NEW, PARKED, RETURNING, RUNNING, WAITING, Job, Place
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.turn_length import TurnLength

J = TypeVar("J", bound=Job)

_OWNER, _DONE = attrgetter("owner"), attrgetter("done")


@dataclass(frozen=True, slots=True)
class Batch(Generic[J]):
    """Jobs of one group, and the steps that each takes in this turn; they fall from the first job to the last."""

    jobs: Sequence[J]
    steps: Sequence[int]


class Scheduler(Generic[J]):
    """Jobs by place, oldest first. Predicates (`can_...`, `has_...`) change nothing, actions say what they moved."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._jobs: dict[Place, dict[J, None]] = {place: {} for place in HELD}  # in order of arrival there
        self._spare: dict[J, None] = {}
        self._deadlines = Deadlines[J]()
        self._turn_length = TurnLength(limits.few, limits.many, limits.seconds, limits.unit, limits.brisk)

    def __repr__(self) -> str:
        returning = f", {len(self._jobs[RETURNING])} returning" if self._jobs[RETURNING] else ""
        spare = f", {len(self._spare)} spare" if self._spare else ""
        return f"<Scheduler {self.waiting} waiting, {self.running} running, {self.parked} parked{returning}{spare}>"

    @property
    def waiting(self) -> int:
        """New jobs that wait for a slot."""
        return len(self._jobs[WAITING])

    @property
    def running(self) -> int:
        """Jobs that have a slot."""
        return len(self._jobs[RUNNING])

    @property
    def parked(self) -> int:
        """Jobs that wait for their readers."""
        return len(self._jobs[PARKED])

    @property
    def count(self) -> int:
        """Jobs that somebody waits for, wherever they are."""
        return sum(map(len, self._jobs.values()))

    def can_add(self, count: int = 1) -> bool:
        """Whether so many more find a free slot or may wait for one."""
        limits = self.limits
        return (
            self.waiting + self.running + count <= limits.waiting + limits.running and self.count + count <= limits.all
        )

    def can_admit(self) -> bool:
        """Whether a job wants a slot, and there is one."""
        wanted = self._jobs[WAITING] or self._jobs[RETURNING]
        return bool(wanted) and self.running < self.limits.running

    def has_work(self) -> bool:
        """Whether a turn would do anything."""
        return self.can_admit() or bool(self._spare) or bool(self.running)

    def add(self, jobs: Sequence[J]) -> None:
        """Let new jobs wait; all of them fit (`can_add`)."""
        assert self.can_add(len(jobs))
        for job in jobs:
            assert job.place is NEW
            self._move(job, WAITING)
            self._deadlines.add(job)

    def add_spare(self, jobs: Sequence[J]) -> None:
        """Let new jobs run whenever nobody else does; how many is for the caller to bound."""
        for job in jobs:
            assert job.place is NEW
            assert job.spare
            job.place = RUNNING
            self._spare[job] = None

    def admit(self) -> list[J]:
        """Give free slots to those who have waited longest; those who return and each kind of newcomers take turns."""
        free = min(self.limits.running - self.running, self.limits.seats)
        admitted = list(islice(self._in_line(), free))
        for job in admitted:
            self._move(job, RUNNING if job.credit > 0 else PARKED)
        return admitted

    def remove(self, job: J) -> bool:
        """Free the place of a job that has finished or is cancelled; False where it had none any more."""
        held = job.place in HELD
        self._spare.pop(job, None)
        self._move(job, GONE)
        return held

    def expire(self, now: float) -> list[J]:
        """Remove every job whose deadline is not after `now`."""
        late = self._deadlines.late(now)
        for job in late:
            self.remove(job)
        return late

    def next_deadline(self) -> float:
        """The earliest deadline of a job; infinite where none has one."""
        return self._deadlines.first()

    def clear(self) -> list[J]:
        """Remove every job."""
        everybody = [job for place in (*self._jobs.values(), self._spare) for job in place]
        for job in everybody:
            self.remove(job)
        return everybody

    def plan(self) -> list[Batch[J]]:
        """The next turn: a batch for each group that has a running job, and the steps that its jobs take.

        Where none has, the spare jobs take few steps, so that a newcomer soon has a turn. The order of a batch is by
        the most steps that each may take, whatever the turn's, so that it stays the same from turn to turn.
        """
        running = self._jobs[RUNNING]
        steps = self._turn_length.steps(first=_has_newcomer(running)) if running else self.limits.few
        groups: dict[Hashable, list[J]] = defaultdict(list)
        for job in running or self._spare:
            groups[job.group].append(job)
        last = self._last(running)
        if len(last) == len(running):
            last = set()  # among themselves they are as quick as others
        fewer = max(1, steps // self.limits.large)
        batches = []
        for jobs in groups.values():
            most = [min(job.most(), fewer) if job in last else job.most() for job in jobs]
            order = sorted(range(len(jobs)), key=most.__getitem__, reverse=True)
            batches.append(Batch([jobs[i] for i in order], [min(steps, most[i]) for i in order]))
        return batches

    def begin(self, batches: Sequence[Batch[J]]) -> None:
        """Note that a planned turn begins, so that the next one is not as short."""
        jobs = [job for batch in batches for job in batch.jobs if not job.spare]
        if jobs:
            self._turn_length.begin(first=_has_newcomer(jobs))

    def took(self, job: J, steps: int) -> None:
        """Count steps that a job has taken; without credit for more it gives its slot back."""
        job.done += steps
        job.credit -= steps
        if job.credit <= 0 and job.place is RUNNING and not job.spare:
            self._move(job, PARKED)

    def grant(self, job: J, steps: int) -> None:
        """Credit for more steps; a parked job returns for them."""
        job.credit += steps
        if job.credit > 0 and job.place is PARKED:
            self._move(job, RETURNING)

    def observe(self, seconds: float, steps: int) -> None:
        """Learn from a turn of so many steps how long a step takes."""
        self._turn_length.observe(seconds, steps)

    def _in_line(self) -> Iterator[J]:
        """Those who want a slot: who returns, one drawing, one with a pace, one of many, and so on."""
        queues: list[list[J]] = [list(self._jobs[RETURNING]), [], [], []]
        if not self._jobs[WAITING]:
            return iter(queues[0])
        last = self._last([*self._jobs[RUNNING], *self._jobs[WAITING]])
        for job in self._jobs[WAITING]:
            queues[3 if job in last else 2 if job.burst < ENDLESS else 1].append(job)
        if self.running:
            queues[2:] = (queue[: self.limits.slow] for queue in queues[2:])
        return (job for job in chain.from_iterable(zip_longest(*queues)) if job is not None)

    def _last(self, jobs: Collection[J]) -> set[J]:
        """Those, of jobs in order of age, that the others do not wait for: large ones, and an owner's beyond `each`.

        Where all are of one owner these are the large ones alone.
        """
        counts = Counter(map(_OWNER, jobs))
        if len(counts) == 1 or max(counts.values(), default=0) <= self.limits.each:
            return {job for job in jobs if job.large}
        older, last = Counter[Hashable](), set[J]()
        for job in jobs:
            older[job.owner] += job.owner is not None and not job.large
            if job.large or older[job.owner] > self.limits.each:
                last.add(job)
        return last

    def _move(self, job: J, place: Place) -> None:
        if job.place in self._jobs:
            self._jobs[job.place].pop(job, None)
        job.place = place
        if place in self._jobs:
            self._jobs[place][job] = None


def _has_newcomer(jobs: Iterable[Job]) -> bool:
    """Whether one of them waits for its first point."""
    return 0 in map(_DONE, jobs)
