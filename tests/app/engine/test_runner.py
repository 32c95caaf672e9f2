"""Drawings in one table: what a turn costs, and what is kept of them."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from app.engine.belief import Belief
from app.engine.delivery import Delivery
from app.engine.job import DrawingJob, nobody
from app.engine.runner import FEWEST, Runner
from app.engine.scheduling.job import Place
from app.engine.slot_runner import SlotRunner
from model.checkpoint import Checkpoint
from model.strokes import Array
from tests.app.tiny import request_of

pytestmark = pytest.mark.usefixtures("inference")


class Counted:
    """Tables that count their turns; they fail where they are told to."""

    def __init__(self, real: Any) -> None:
        self.real = real
        self.turns = 0
        self.fails = False

    def draw(self, *arguments: Any) -> Any:
        self.turns += 1
        if self.fails:
            raise RuntimeError("out of ink")
        return self.real.draw(*arguments)

    def raw(self, state: Any) -> Any:
        return self.real.raw(state)

    def heaviest(self, raw: Any, most: int) -> Any:
        return self.real.heaviest(raw, most)


def jobs_of(network: Checkpoint, count: int) -> list[DrawingJob]:
    """Drawings that a runner is given as they are, without an engine."""
    requests = [request_of(network, i % 5, seed=i) for i in range(count)]
    return [DrawingJob(request, lambda _rows, _end: None, Delivery.whole(), since=0) for request in requests]


def turn(runner: Runner | SlotRunner, jobs: Sequence[DrawingJob], steps: int) -> list[Array]:
    """The next rows of each."""
    drawn = runner.run(jobs, [steps] * len(jobs), lambda: None)
    for job in jobs:
        job.done += steps
    return drawn


def test_a_turn_is_one_call(animals: Checkpoint) -> None:
    """Whoever comes, pauses, comes back and takes fewer steps: nothing else waits for Python in between."""
    counted = Counted(animals.tables)
    runner, jobs = Runner(replace(animals, tables=counted)), jobs_of(animals, 40)
    for number, (first, last) in enumerate([(0, 9), (3, 40), (0, 3), (0, 40)], start=1):
        steps = [4] * (last - first - 1) + [1]
        for job, rows in zip(jobs[first:last], runner.run(jobs[first:last], steps, lambda: None), strict=True):
            job.done += len(rows)
        assert counted.turns == number


def test_the_table_is_as_large_as_it_has_to_be(animals: Checkpoint) -> None:
    """It grows with those who come, has room for others where some have gone, and is small again once most have."""
    runner, jobs = Runner(animals), jobs_of(animals, 300)
    turn(runner, jobs[:3], 1)
    assert repr(runner._seats) == f"<Seats 3 of {FEWEST}>"
    turn(runner, jobs[:200], 1)
    assert repr(runner._seats) == "<Seats 200 of 256>"
    runner.free(jobs[100:200])
    turn(runner, jobs[200:], 1)
    assert repr(runner._seats) == "<Seats 200 of 256>"
    runner.free(jobs[2:])
    turn(runner, jobs[:2], 1)
    assert repr(runner._seats) == f"<Seats 2 of {FEWEST}>"
    assert [len(part) for part in runner._table] == [FEWEST] * len(runner._table)
    runner.free(jobs[:2])
    assert not runner.is_needed()


def test_a_failure_gives_the_others_their_states(animals: Checkpoint) -> None:
    """Those that had no turn then go on with another runner, as if nothing had been."""
    counted = Counted(animals.tables)
    runner, jobs = Runner(replace(animals, tables=counted)), jobs_of(animals, 4)
    begun = turn(runner, jobs, 3)
    counted.fails = True
    with pytest.raises(RuntimeError, match="out of ink"):
        turn(runner, jobs[:1], 3)
    assert jobs[0].state is None
    went_on = turn(Runner(animals), jobs[1:], 5)
    whole = turn(Runner(animals), jobs_of(animals, 4), 8)
    for one, other, both in zip(begun[1:], went_on, whole[1:], strict=True):
        np.testing.assert_array_equal(np.concatenate([one, other]), both)


@pytest.mark.parametrize("kind", [Runner, SlotRunner])
def test_a_drawing_that_is_cancelled_in_its_turn_disturbs_nobody(
    animals: Checkpoint, kind: type[Runner] | type[SlotRunner]
) -> None:
    """The event loop may cancel one after its turn is planned: the others are what they would have been."""

    def others(*, cancelled: bool) -> list[Array]:
        runner, jobs = kind(animals), jobs_of(animals, 8)
        turn(runner, jobs, 3)
        if cancelled:
            jobs[2].place = Place.GONE
        return [rows for i, rows in enumerate(turn(runner, jobs, 3)) if i != 2]

    np.testing.assert_array_equal(others(cancelled=True), others(cancelled=False))


def test_a_table_of_which_all_are_gone_takes_the_next(animals: Checkpoint) -> None:
    """It is made smaller with nobody in it."""
    runner, jobs = Runner(animals), jobs_of(animals, 200)
    turn(runner, jobs, 1)
    runner.free(jobs)
    [first, alone] = jobs_of(animals, 1) + jobs_of(animals, 1)
    np.testing.assert_array_equal(turn(runner, [first], 4), turn(Runner(animals), [alone], 4))
    assert repr(runner._seats) == f"<Seats 1 of {FEWEST}>"


def test_those_who_watch_take_part_in_any_turn(animals: Checkpoint) -> None:
    """What their rows were drawn from is, bit for bit, what it is alone, beside others that take more steps."""

    def told(others: int) -> list[Belief]:
        watched = DrawingJob(request_of(animals, 1, seed=9), nobody, Delivery.streamed(belief=True), since=0)
        runner, company = Runner(animals), jobs_of(animals, others)
        for steps in (1, 3, 2):
            runner.run([*company, watched], [*[steps] * others, 1], lambda: None)
            for job in (*company, watched):
                job.done += 1 if job is watched else steps
        assert watched.beliefs is not None
        return list(watched.beliefs)

    alone, beside = told(0), told(5)
    assert len(alone) == 3
    for one, other in zip(alone, beside, strict=True):
        for part, its in zip(one, other, strict=True):
            np.testing.assert_array_equal(part, its)
