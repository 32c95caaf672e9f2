import random

import pytest

from app.engine.scheduling.job import ENDLESS, Job, Place
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.scheduler import Scheduler
from model.device.graph import CALLS

LIMITS = Limits(waiting=2, running=2, few=4, many=32, seconds=0.02)


def scheduler_with(*jobs: Job, limits: Limits = LIMITS) -> Scheduler[Job]:
    made = Scheduler[Job](limits)
    made.add(jobs)
    return made


def started(*jobs: Job, limits: Limits = LIMITS) -> Scheduler[Job]:
    made = scheduler_with(*jobs, limits=limits)
    made.admit()
    return made


def steps_of(scheduler: Scheduler[Job]) -> list[int]:
    """The steps of every job of the next turn, which begins."""
    batches = scheduler.plan()
    scheduler.begin(batches)
    return [steps for batch in batches for steps in batch.steps]


def test_state_can_be_read() -> None:
    """The repr says how many wait, run and are parked or return."""
    jobs = [Job("cat") for _ in range(3)]
    scheduler = scheduler_with(*jobs)
    assert repr(scheduler) == "<Scheduler 3 waiting, 0 running, 0 parked>"
    scheduler.admit()
    scheduler.took(jobs[0], ENDLESS)
    assert repr(scheduler) == "<Scheduler 1 waiting, 1 running, 1 parked>"
    assert (scheduler.waiting, scheduler.running, scheduler.parked, scheduler.count) == (1, 1, 1, 3)
    scheduler.grant(jobs[0], 1)
    assert repr(scheduler) == "<Scheduler 1 waiting, 1 running, 0 parked, 1 returning>"


def test_slots_go_to_those_who_waited_longest() -> None:
    """Jobs are admitted in the order in which they came, as many as there are slots."""
    jobs = [Job("cat") for _ in range(4)]
    scheduler = scheduler_with(*jobs)
    assert scheduler.can_admit()
    assert scheduler.admit() == jobs[:2]
    assert not scheduler.can_admit()
    assert scheduler.admit() == []
    scheduler.remove(jobs[1])
    assert scheduler.admit() == [jobs[2]]


def test_the_queue_is_bounded() -> None:
    """Free slots and the places to wait are what can be taken; several jobs are added all or not at all."""
    scheduler = Scheduler[Job](LIMITS)
    assert scheduler.can_add(4)
    assert not scheduler.can_add(5)
    scheduler.add([Job("cat") for _ in range(3)])
    assert scheduler.can_add(1)
    assert not scheduler.can_add(2)
    scheduler.admit()
    assert scheduler.can_add(1)
    assert not scheduler.can_add(2)


def test_groups_are_decoded_apart() -> None:
    """Each group has a batch of its own, of all its running jobs."""
    cat, penguin, other = Job("cat"), Job("penguin"), Job("cat")
    scheduler = started(cat, penguin, other, limits=Limits(running=8))
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[cat, other], [penguin]]


def test_a_first_point_comes_soon_and_the_rest_in_bulk() -> None:
    """Few steps while somebody waits for a first point, many when everybody is deep in a drawing."""
    job = Job("cat")
    scheduler = started(job)
    assert steps_of(scheduler) == [4]
    scheduler.took(job, 4)
    assert steps_of(scheduler) == [32]
    late = Job("cat")
    scheduler.add([late])
    scheduler.admit()
    assert steps_of(scheduler) == [4, 4]


def test_newcomers_do_not_hold_back_everyone() -> None:
    """Where somebody always waits for a first point, only every other turn is short."""
    scheduler = started(Job("cat"))
    assert [steps_of(scheduler)[0] for _ in range(4)] == [4, 32, 4, 32]


def test_planning_changes_nothing() -> None:
    """The same turn may be planned again; only when it begins does the next one follow a short one."""
    scheduler = started(Job("cat"))
    assert scheduler.plan() == scheduler.plan()
    scheduler.begin(scheduler.plan())
    assert [batch.steps for batch in scheduler.plan()] == [[32]]


def test_a_turn_takes_no_longer_than_it_may() -> None:
    """As many steps as fit in the time of a turn, by how long steps took, and never less than few."""
    job = Job("cat", done=1)
    scheduler = started(job)
    scheduler.observe(0.010, 10)
    assert steps_of(scheduler) == [20]
    for _ in range(50):
        scheduler.observe(1.0, 10)
    assert steps_of(scheduler) == [4]
    for _ in range(100):
        scheduler.observe(0.0001, 10)
    assert steps_of(scheduler) == [32]


def test_a_job_without_credit_holds_no_slot() -> None:
    """A reader that is behind stops its drawing and nobody else's; with credit it has a slot again."""
    slow, quick, late = Job("cat", credit=6, done=1), Job("cat", done=1), Job("cat")
    scheduler = started(slow, quick, late)
    assert list(scheduler.plan()[0].jobs) == [slow, quick]
    scheduler.took(slow, 8)
    assert scheduler.admit() == [late]
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[quick, late]]
    for job in (quick, late):
        scheduler.remove(job)
    assert not scheduler.has_work()
    scheduler.grant(slow, 2)
    assert not scheduler.has_work(), "it has had two steps too many"
    scheduler.grant(slow, 6)
    assert scheduler.has_work()
    assert scheduler.admit() == [slow]


def test_one_does_not_wait_for_many() -> None:
    """Beside others the drawings of a large request take a part of the steps; alone all of them."""
    scheduler = Scheduler[Job](Limits(few=12, large=4))
    many = [Job("cat", large=True) for _ in range(3)]
    scheduler.add(many)
    scheduler.admit()
    [batch] = scheduler.plan()
    assert list(batch.steps) == [12, 12, 12]
    one, slow = Job("cat"), Job("cat", burst=1)
    scheduler.add([slow, one])
    scheduler.admit()
    [batch] = scheduler.plan()
    assert list(batch.jobs) == [one, *many, slow]
    assert list(batch.steps) == [12, 3, 3, 3, 1]


def test_a_crowd_is_one_beside_others() -> None:
    """Beyond so many at a time drawings of one owner take a part of the steps, while others have any; alone all."""
    scheduler = Scheduler[Job](Limits(few=12, large=4, each=2))
    many = [Job("cat", owner="ann") for _ in range(4)]
    scheduler.add(many)
    scheduler.admit()
    assert list(scheduler.plan()[0].steps) == [12] * 4
    others = [Job("cat", owner="bob"), *(Job("cat") for _ in range(3))]
    scheduler.add(others)
    scheduler.admit()
    [batch] = scheduler.plan()
    assert list(batch.jobs) == [*many[:2], *others, *many[2:]]
    assert list(batch.steps) == [12, 12, 12, 12, 12, 12, 3, 3]


def test_those_of_a_crowd_are_quick_by_turns() -> None:
    """As its older drawings end the next are as quick as anybody's, however many of it come meanwhile."""
    scheduler = Scheduler[Job](Limits(few=12, large=4, each=2))
    many = [Job("cat", owner="ann") for _ in range(9)]
    scheduler.add([Job("cat"), *many[:2]])
    scheduler.admit()
    scheduler.add(many[2:4])
    for i in range(5):
        scheduler.admit()
        [batch] = scheduler.plan()
        taken = dict(zip(batch.jobs, batch.steps, strict=True))
        assert [taken[job] for job in many[i : i + 4]] == [12, 12, 3, 3]
        scheduler.remove(many[i])
        scheduler.add([many[i + 4]])


def test_a_crowd_is_seated_after_others() -> None:
    """What an owner wants beyond so many waits in the line of sheets, so that it takes no turn from one drawing."""
    scheduler = Scheduler[Job](Limits(seats=4, each=2))
    crowd, others = [Job("cat", owner="ann") for _ in range(9)], [Job("cat", owner="bob") for _ in range(2)]
    scheduler.add([*crowd, *others])
    assert scheduler.admit() == [crowd[0], crowd[2], crowd[1], crowd[3]]
    assert scheduler.admit() == [others[0], crowd[4], others[1], crowd[5]]


def test_kinds_of_newcomers_have_slots_by_turns() -> None:
    """One drawing is seated before the rest of a crowd of streams or of a sheet, and few are seated in a turn."""
    scheduler = Scheduler[Job](Limits(seats=4))
    streams, sheet = [Job("cat", burst=1) for _ in range(9)], [Job("cat", large=True) for _ in range(9)]
    one = Job("cat")
    for jobs in (streams, sheet, [one]):
        scheduler.add(jobs)
    assert scheduler.admit() == [one, streams[0], sheet[0], streams[1]]
    assert scheduler.can_admit()
    assert scheduler.admit() == [streams[2], sheet[1], streams[3], sheet[2]]


def park(scheduler: Scheduler[Job], count: int) -> list[Job]:
    """Jobs that have had the one step that their readers have room for."""
    parked = [Job("cat", credit=1) for _ in range(count)]
    for job in parked:
        scheduler.add([job])
        scheduler.admit()
        scheduler.took(job, 1)
    return parked


def test_the_parked_leave_room_for_others() -> None:
    """However many wait for their readers, as many others may wait and run as without them, up to a bound on all."""
    scheduler = Scheduler[Job](Limits(waiting=2, running=2, all=40))
    parked = park(scheduler, 36)
    assert repr(scheduler) == "<Scheduler 0 waiting, 0 running, 36 parked>"
    assert scheduler.can_add(4)
    scheduler.add([Job("cat") for _ in range(4)])
    assert not scheduler.can_add(1)
    scheduler.remove(parked[0])
    assert not scheduler.can_add(1), "these four fill the slots and the queue"


def test_all_jobs_are_bounded() -> None:
    """Parked ones take memory, so there may be only so many."""
    scheduler = Scheduler[Job](Limits(waiting=2, running=2, all=3))
    parked = park(scheduler, 3)
    assert not scheduler.can_add()
    scheduler.remove(parked[0])
    assert scheduler.can_add()


def test_newcomers_and_those_who_return_take_turns() -> None:
    """However many return all the time, a newcomer is admitted; and the other way round."""
    scheduler = Scheduler[Job](Limits(waiting=8, running=4))
    returning = [Job("cat", credit=1) for _ in range(6)]
    for job in returning:
        scheduler.add([job])
        scheduler.admit()
        scheduler.took(job, 1)
    newcomers = [Job("cat") for _ in range(6)]
    scheduler.add(newcomers)
    for job in returning:
        scheduler.grant(job, 1)
    assert set(scheduler.admit()) == {*returning[:2], *newcomers[:2]}


def test_a_burst_bounds_its_own_job() -> None:
    """A drawing at a human pace takes small steps and holds back nobody: in its batch each has a budget of its own."""
    slow, quick, watched = Job("cat", burst=2, done=1), Job("cat", done=1), Job("cat", burst=1, done=1)
    scheduler = started(slow, quick, watched, limits=Limits(running=8, few=4, many=32))
    [batch] = scheduler.plan()
    assert (list(batch.jobs), list(batch.steps)) == ([quick, slow, watched], [32, 2, 1])


def test_a_newcomer_does_not_change_the_order_of_others() -> None:
    """Short turns and long ones have the same order, so a batch is not made anew for them."""
    jobs = [Job("cat", burst=burst, done=1) for burst in (10, 1, 20, 40)]
    scheduler = started(*jobs, limits=Limits(running=8, few=4, many=32))
    orders = []
    for done in (1, 0):
        jobs[0].done = done
        batches = scheduler.plan()
        scheduler.begin(batches)
        orders.append(list(batches[0].jobs))
    assert orders[0] == orders[1] == [jobs[3], jobs[2], jobs[0], jobs[1]]


def test_an_empty_turn() -> None:
    """Nobody there: no work and no batch."""
    scheduler = Scheduler[Job](LIMITS)
    assert not scheduler.has_work()
    assert [scheduler.plan(), scheduler.admit(), scheduler.expire(1e9), scheduler.clear()] == [[], [], [], []]


def test_a_job_is_added_once() -> None:
    """A job that is or was somewhere cannot be added again: that is a fault of ours, and is said."""
    job = Job("cat")
    scheduler = scheduler_with(job)
    with pytest.raises(AssertionError):
        scheduler.add([job])
    with pytest.raises(AssertionError):
        Scheduler[Job](LIMITS).add([Job("cat") for _ in range(5)])


def test_whatever_happens_the_counts_hold() -> None:
    """A long random life leaves every job in one place, limits kept, and nothing behind at the end."""
    chance = random.Random(7)  # noqa: S311 - not for secrets
    scheduler = Scheduler[Job](LIMITS)
    jobs: list[Job] = []
    for now in range(3000):
        match chance.randrange(6):
            case 0 if scheduler.can_add():
                burst, credit = chance.choice([1, 5, ENDLESS]), chance.choice([1, 9, ENDLESS])
                deadline = now + chance.randrange(1, 40)
                jobs.append(Job(chance.choice("ab"), deadline=deadline, credit=credit, burst=burst))
                scheduler.add(jobs[-1:])
            case 1:
                scheduler.admit()
            case 2 if jobs:
                scheduler.remove(chance.choice(jobs))
            case 3:
                assert all(job.deadline <= now for job in scheduler.expire(now))
            case 4 if jobs:
                scheduler.grant(chance.choice(jobs), 3)
            case _:
                batches = scheduler.plan()
                scheduler.begin(batches)
                for batch in batches:
                    assert list(batch.steps) == sorted(batch.steps, reverse=True)
                    for job, steps in zip(batch.jobs, batch.steps, strict=True):
                        assert 0 < steps <= job.burst
                        scheduler.took(job, steps)
        places = [job.place for job in jobs]
        assert places.count(Place.RUNNING) == scheduler.running <= 2
        assert places.count(Place.WAITING) == scheduler.waiting <= 4
        assert places.count(Place.PARKED) == scheduler.parked
        assert all(job.credit > 0 for job in jobs if job.place in (Place.RUNNING, Place.RETURNING))
        assert all(job.credit <= 0 for job in jobs if job.place is Place.PARKED)
        jobs = [job for job in jobs if job.place is not Place.GONE]
    scheduler.clear()
    assert repr(scheduler) == "<Scheduler 0 waiting, 0 running, 0 parked>"


def test_spare_jobs_run_only_in_turns_that_nobody_else_uses() -> None:
    """They yield to whoever can run, whole turns at a time, and take few steps, so that newcomers soon have a turn."""
    spare, job = Job("cat", spare=True, done=1), Job("cat")
    scheduler = Scheduler[Job](LIMITS)
    assert not scheduler.has_work()
    scheduler.add_spare([spare])
    assert scheduler.has_work()
    assert [(list(batch.jobs), batch.steps) for batch in scheduler.plan()] == [([spare], [4])]
    scheduler.add([job])
    scheduler.admit()
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[job]]
    scheduler.took(job, ENDLESS)
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[spare]]
    scheduler.grant(job, 1)
    scheduler.admit()
    assert [list(batch.jobs) for batch in scheduler.plan()] == [[job]]


def test_newcomers_who_take_long_are_seated_by_and_by() -> None:
    """While others run, few of those with a pace and of large requests join in a turn; one drawing never waits."""
    scheduler = Scheduler[Job](Limits(seats=10, slow=2))
    paced, large = [Job("cat", burst=1) for _ in range(5)], [Job("cat", large=True) for _ in range(5)]
    scheduler.add([*paced, *large])
    assert len(scheduler.admit()) == 10
    more = [Job("cat", burst=1) for _ in range(5)] + [Job("cat", large=True) for _ in range(5)]
    ones = [Job("cat") for _ in range(5)]
    scheduler.add([*more, *ones])
    assert set(scheduler.admit()) == {*ones, *more[:2], *more[5:7]}


def test_spare_jobs_take_nobodys_place() -> None:
    """However many there are, as many others may wait and run as without them."""
    scheduler = Scheduler[Job](LIMITS)
    scheduler.add_spare([Job("cat", spare=True) for _ in range(9)])
    assert scheduler.can_add(4)
    scheduler.add([Job("cat") for _ in range(4)])
    assert len(scheduler.admit()) == 2
    assert repr(scheduler) == "<Scheduler 2 waiting, 2 running, 0 parked, 9 spare>"


def test_spare_jobs_end_like_others() -> None:
    """They finish or are cancelled one by one, and all of them when everything ends; they are never late."""
    jobs = [Job("cat", spare=True) for _ in range(3)]
    scheduler = Scheduler[Job](LIMITS)
    scheduler.add_spare(jobs)
    assert scheduler.remove(jobs[1])
    assert not scheduler.remove(jobs[1])
    assert scheduler.expire(1e9) == []
    assert scheduler.clear() == [jobs[0], jobs[2]]
    assert not scheduler.has_work()


def test_a_device_with_graphs_has_long_turns_of_whole_calls() -> None:
    """Its limits take steps as the graphs have them, and give everybody a slot at once."""
    cpu, gpu = (Limits.of(device, waiting=8, running=5000) for device in ("cpu", "cuda"))
    assert cpu == Limits(waiting=8, running=5000)
    assert {gpu.few, gpu.unit} <= set(CALLS)
    assert gpu.many % gpu.unit == 0
    scheduler = Scheduler[Job](gpu)
    scheduler.add([Job("a") for _ in range(3000)])
    assert len(scheduler.admit()) == 3000
    [first] = scheduler.plan()
    assert set(first.steps) == {gpu.few}
    scheduler.begin([first])
    assert set(scheduler.plan()[0].steps) == {gpu.many}


def test_a_message_of_a_drawing_with_a_pace_takes_one_turn_of_a_device_with_graphs() -> None:
    """Also while others begin, as in a crowd somebody always does: half a second's points at thirty a second."""
    scheduler = Scheduler[Job](Limits.of("cuda", waiting=8, running=5000))
    paced = Job("a", burst=15, done=15)
    scheduler.add([Job("a"), paced])
    scheduler.admit()
    assert dict(zip(scheduler.plan()[0].jobs, scheduler.plan()[0].steps, strict=True))[paced] == 15
