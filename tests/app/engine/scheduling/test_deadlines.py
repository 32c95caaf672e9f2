"""Who is late, and what it costs to find them."""

from dataclasses import dataclass
from math import inf
from typing import ClassVar

from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.scheduling.deadlines import FEWEST, Deadlines


@dataclass(eq=False)
class Job:
    """One that counts how often anybody asks whether it is gone."""

    looks: ClassVar[int] = 0

    deadline: float
    gone: bool = False

    @property
    def is_gone(self) -> bool:
        Job.looks += 1
        return self.gone


EVENTS = st.lists(st.tuples(st.sampled_from(["add", "go", "forgive", "late"]), st.integers(0, 30)), max_size=300)


@settings(deadline=None, max_examples=80)
@given(EVENTS)
def test_those_who_are_late_are_found(events: list[tuple[str, int]]) -> None:
    """As by looking at all: once each, the earliest first; nobody who is gone, or has no deadline any more."""
    deadlines, jobs = Deadlines[Job](), list[Job]()
    for event, number in events:
        match event:
            case "add":
                jobs.append(Job(number if number < 30 else inf))
                deadlines.add(jobs[-1])
            case "go" if jobs:
                jobs.pop(number % len(jobs)).gone = True
            case "forgive" if jobs:
                jobs[number % len(jobs)].deadline = inf
            case "late":
                late = deadlines.late(number)
                assert sorted(late, key=id) == sorted((job for job in jobs if job.deadline <= number), key=id)
                assert [job.deadline for job in late] == sorted(job.deadline for job in late)
                jobs = [job for job in jobs if job not in late]
        assert deadlines.first() == min((job.deadline for job in jobs), default=inf)


def test_nobody_is_looked_at_who_is_not_late() -> None:
    """However many have a deadline, to find that none is late is to look at one of them."""
    deadlines = Deadlines[Job]()
    for number in range(5000):
        deadlines.add(Job(10 + number))
    Job.looks = 0
    assert deadlines.late(9) == []
    assert deadlines.first() == 10
    assert Job.looks == 1
    assert [job.deadline for job in deadlines.late(11)] == [10, 11]
    assert Job.looks == 3


def test_those_who_are_gone_are_few() -> None:
    """A thousand short drawings a second leave nothing for their allowance, and each costs a look or two."""
    deadlines, living = Deadlines[Job](), [Job(inf)] * 100
    Job.looks = 0
    for number in range(30_000):
        living[number % 100].gone = True
        living[number % 100] = Job(30_000 + number)
        deadlines.add(living[number % 100])
        assert len(deadlines) <= 2 * 100 + FEWEST
    assert Job.looks < 3 * 30_000
