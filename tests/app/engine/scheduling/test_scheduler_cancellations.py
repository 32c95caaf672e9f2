"""Whatever is taken away, and whenever: the scheduler is left in a consistent state."""

from math import inf

import pytest

from app.engine.scheduling.job import Job, Place
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.scheduler import Scheduler

EMPTY = "<Scheduler 0 waiting, 0 running, 0 parked>"


@pytest.fixture
def scheduler() -> Scheduler[Job]:
    return Scheduler[Job](Limits(waiting=2, running=2))


def test_cancelling_a_waiting_job_frees_its_place(scheduler: Scheduler[Job]) -> None:
    """It never gets a slot, and somebody else may wait in its place."""
    jobs = [Job("cat") for _ in range(4)]
    scheduler.add(jobs)
    assert not scheduler.can_add()
    assert scheduler.remove(jobs[0])
    assert scheduler.can_add()
    assert scheduler.admit() == jobs[1:3]
    assert repr(scheduler) == "<Scheduler 1 waiting, 2 running, 0 parked>"


def test_cancelling_a_running_job_frees_its_slot_at_once(scheduler: Scheduler[Job]) -> None:
    """The next in line is admitted without another turn of the cancelled one."""
    jobs = [Job("cat") for _ in range(3)]
    scheduler.add(jobs)
    scheduler.admit()
    assert scheduler.remove(jobs[0])
    assert scheduler.admit() == [jobs[2]]
    assert [list(batch.jobs) for batch in scheduler.plan()] == [jobs[1:]]


def test_cancelling_in_the_middle_of_a_turn(scheduler: Scheduler[Job]) -> None:
    """A job cancelled between plan and settlement is gone; counting its steps afterwards brings nothing back."""
    job = Job("cat")
    scheduler.add([job])
    scheduler.admit()
    [batch] = scheduler.plan()
    scheduler.remove(job)
    scheduler.took(job, batch.steps[0])
    assert job.place is Place.GONE
    assert not scheduler.has_work()
    assert repr(scheduler) == EMPTY


def test_cancelling_twice_is_cancelling_once(scheduler: Scheduler[Job]) -> None:
    """Only the first says that there was something to free."""
    job = Job("cat")
    scheduler.add([job])
    assert scheduler.remove(job)
    assert not scheduler.remove(job)
    assert repr(scheduler) == EMPTY


def test_cancelling_what_has_finished(scheduler: Scheduler[Job]) -> None:
    """A client that goes as its drawing ends frees one slot, not two."""
    jobs = [Job("cat") for _ in range(4)]
    scheduler.add(jobs)
    scheduler.admit()
    assert scheduler.remove(jobs[0])
    assert not scheduler.remove(jobs[0])
    assert len(scheduler.admit()) == 1
    assert repr(scheduler) == "<Scheduler 1 waiting, 2 running, 0 parked>"


def test_cancelling_what_was_never_added(scheduler: Scheduler[Job]) -> None:
    """Nothing is freed, and the job cannot come in later."""
    job = Job("cat")
    assert not scheduler.remove(job)
    with pytest.raises(AssertionError):
        scheduler.add([job])
    assert repr(scheduler) == EMPTY


def test_cancelling_a_parked_job(scheduler: Scheduler[Job]) -> None:
    """One that waits for its reader, or for a slot again, is gone for good, and what is left is as before."""
    parked, returning = Job("cat", credit=1), Job("cat", credit=1)
    scheduler.add([parked, returning])
    scheduler.admit()
    for job in (parked, returning):
        scheduler.took(job, 1)
    scheduler.grant(returning, 1)
    assert scheduler.can_admit()
    for job in (parked, returning):
        assert scheduler.remove(job)
        assert not scheduler.remove(job)
        scheduler.grant(job, 1)
    assert repr(scheduler) == EMPTY
    assert not scheduler.has_work()


def test_deadlines_free_places_and_slots(scheduler: Scheduler[Job]) -> None:
    """A late job is given up where it is: in the queue, in a slot, parked."""
    jobs = [Job("cat", deadline=3), Job("cat", deadline=3, credit=0), Job("cat", deadline=3), Job("cat", deadline=4)]
    scheduler.add(jobs)
    scheduler.admit()
    assert scheduler.expire(2.9) == []
    assert set(scheduler.expire(3)) == set(jobs[:3])
    assert repr(scheduler) == "<Scheduler 1 waiting, 0 running, 0 parked>"
    assert scheduler.expire(3) == []
    assert not scheduler.remove(jobs[0])


def test_the_next_deadline_is_known(scheduler: Scheduler[Job]) -> None:
    """That of a job that is not gone, and has not been given all the time that it wants meanwhile."""
    jobs = [Job("cat", deadline=deadline) for deadline in (3, 4, 5)]
    scheduler.add(jobs)
    assert scheduler.next_deadline() == 3
    scheduler.remove(jobs[0])
    assert scheduler.next_deadline() == 4
    jobs[1].deadline = inf
    assert scheduler.next_deadline() == 5
    scheduler.clear()
    assert scheduler.next_deadline() == inf


def test_clearing_takes_everything(scheduler: Scheduler[Job]) -> None:
    """At shutdown every job is handed over once, whatever its deadline."""
    jobs = [Job("cat") for _ in range(4)]
    scheduler.add(jobs)
    scheduler.admit()
    assert set(scheduler.clear()) == set(jobs)
    assert scheduler.clear() == []
    assert repr(scheduler) == EMPTY


def test_the_last_of_a_group_takes_its_group_along(scheduler: Scheduler[Job]) -> None:
    """No empty batch is left behind."""
    cat, penguin = Job("cat"), Job("penguin")
    scheduler.add([cat, penguin])
    scheduler.admit()
    scheduler.remove(cat)
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[penguin]]
