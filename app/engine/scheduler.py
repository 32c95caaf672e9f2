r"""Which drawings wait, which are decoded, and how many steps they take next. Pure: no clock, no device, no I/O.

    waiting --admit--> running --finish / cancel / expire--> gone
       \--------------------cancel / expire--------------------/

A job is in one of these places only. Spare jobs, which nobody waits for, run at once: beside the slots, and only in
turns that nobody else has a use for. A caller that shares a scheduler between threads puts one lock around it.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from enum import Enum
from math import inf
from typing import Generic, TypeVar

ENDLESS = 2**62  # credit of a job whose reader is never behind
MEMORY = 0.2  # weight of the newest turn in the average time of a step


class Place(Enum):
    """Where a job is."""

    NEW = "new"
    WAITING = "waiting"
    RUNNING = "running"
    GONE = "gone"


@dataclass(eq=False)
class Job:
    """One drawing, as far as its turn is concerned.

    `group`: jobs of one group are decoded side by side. `deadline`: the time from which on it is given up. `credit`:
    steps that its reader leaves room for; without any it keeps its slot and is passed over. `burst`: the most steps
    that it may take in a turn. `spare`: nobody waits for it. `done`: steps taken.
    """

    group: Hashable
    deadline: float = inf
    credit: int = ENDLESS
    burst: int = ENDLESS
    done: int = 0
    spare: bool = False
    place: Place = field(default=Place.NEW, init=False)


J = TypeVar("J", bound=Job)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs may wait and run, and how long a turn is.

    A turn takes `few` steps while somebody waits for a first point, else up to `many`, as far as `seconds` allow.
    """

    waiting: int = 256
    running: int = 512
    few: int = 12
    many: int = 40
    seconds: float = 0.05


@dataclass(frozen=True, slots=True)
class Batch(Generic[J]):
    """Jobs of one group, and the steps that each takes in this turn; they fall from the first job to the last."""

    jobs: Sequence[J]
    steps: Sequence[int]


class Scheduler(Generic[J]):
    """Jobs by place, oldest first. Predicates (`can_...`, `has_...`) change nothing, actions say what they moved."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._waiting: dict[J, None] = {}  # in order of arrival
        self._running: dict[J, None] = {}
        self._spare: dict[J, None] = {}
        self._step_seconds = 0.0  # of a whole turn, a moving average; 0: not measured yet
        self._was_few = False

    def __repr__(self) -> str:
        blocked = sum(job.credit <= 0 for job in self._running)
        spare = f", {len(self._spare)} spare" if self._spare else ""
        return f"<Scheduler {self.waiting} waiting, {self.running} running, {blocked} of them blocked{spare}>"

    @property
    def waiting(self) -> int:
        """Jobs that wait for a slot."""
        return len(self._waiting)

    @property
    def running(self) -> int:
        """Jobs that have a slot."""
        return len(self._running)

    def can_add(self, count: int = 1) -> bool:
        """Whether so many more find a free slot or may wait for one."""
        return self.waiting + self.running + count <= self.limits.waiting + self.limits.running

    def can_admit(self) -> bool:
        """Whether a job waits for whom there is a slot."""
        return bool(self._waiting) and len(self._running) < self.limits.running

    def has_work(self) -> bool:
        """Whether a turn would do anything."""
        return self.can_admit() or bool(self._spare) or any(job.credit > 0 for job in self._running)

    def add(self, jobs: Sequence[J]) -> None:
        """Let new jobs wait; all of them fit (`can_add`)."""
        assert self.can_add(len(jobs))
        for job in jobs:
            assert job.place is Place.NEW
            job.place = Place.WAITING
            self._waiting[job] = None

    def add_spare(self, jobs: Sequence[J]) -> None:
        """Let new jobs run whenever nobody else does; how many is for the caller to bound."""
        for job in jobs:
            assert job.place is Place.NEW
            assert job.spare
            job.place = Place.RUNNING
            self._spare[job] = None

    def admit(self) -> list[J]:
        """Give free slots to those who have waited longest."""
        free = self.limits.running - len(self._running)
        admitted = [job for job, _ in zip(self._waiting, range(free), strict=False)]
        for job in admitted:
            del self._waiting[job]
            job.place = Place.RUNNING
            self._running[job] = None
        return admitted

    def remove(self, job: J) -> bool:
        """Free the place of a job that has finished or is cancelled; False where it had none any more."""
        held = job.place in (Place.WAITING, Place.RUNNING)
        self._waiting.pop(job, None)
        self._running.pop(job, None)
        self._spare.pop(job, None)
        job.place = Place.GONE
        return held

    def expire(self, now: float) -> list[J]:
        """Remove every job whose deadline is not after `now`."""
        late = [job for place in (self._waiting, self._running, self._spare) for job in place if job.deadline <= now]
        for job in late:
            self.remove(job)
        return late

    def clear(self) -> list[J]:
        """Remove every job."""
        return self.expire(inf)

    def plan(self) -> list[Batch[J]]:
        """The next turn: a batch for each group that has a job with credit, and the steps that its jobs take.

        Where none has, the spare jobs take few steps, so that a newcomer soon has a turn. The order of a batch is by
        burst, whatever the steps, so that it stays the same from turn to turn.
        """
        able = [job for job in self._running if job.credit > 0]
        steps = self._steps(able) if able else self.limits.few
        groups: dict[Hashable, list[J]] = defaultdict(list)
        for job in able or self._spare:
            groups[job.group].append(job)
        for jobs in groups.values():
            jobs.sort(key=lambda job: -job.burst)
        return [Batch(jobs, [min(steps, job.burst) for job in jobs]) for jobs in groups.values()]

    def begin(self, batches: Sequence[Batch[J]]) -> None:
        """Note that a planned turn begins, so that the next one is not as short."""
        jobs = [job for batch in batches for job in batch.jobs if not job.spare]
        if jobs:
            self._was_few = self._is_few(jobs)

    def took(self, job: J, steps: int) -> None:
        """Count steps that a job has taken."""
        job.done += steps
        job.credit -= steps

    def observe(self, seconds: float, steps: int) -> None:
        """Learn from a turn of so many steps how long a step takes."""
        measured = seconds / max(1, steps)
        self._step_seconds += (measured - self._step_seconds) * (MEMORY if self._step_seconds else 1)

    def _steps(self, jobs: Sequence[J]) -> int:
        """Few for a newcomer's first point, else as many as fit in a turn."""
        if self._is_few(jobs):
            return self.limits.few
        fit = int(self.limits.seconds / self._step_seconds) if self._step_seconds else self.limits.many
        return max(self.limits.few, min(self.limits.many, fit))

    def _is_few(self, jobs: Sequence[J]) -> bool:
        """Whether a turn of these jobs is a short one, for a first point.

        No two of them follow each other: under load newcomers never end, and short turns would cost everyone.
        """
        return not self._was_few and any(not job.done for job in jobs)
