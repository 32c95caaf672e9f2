"""Drawings in fixed slots: the same as any other way, whoever comes, goes and waits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from app.engine import slot_runner
from app.engine.delivery import Delivery
from app.engine.job import NOTHING, DrawingJob, End
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.engine.runner import Runner
from app.engine.slot_runner import SlotRunner
from app.engine.steering import TemperatureChange
from model.checkpoint import Checkpoint
from model.device.graph import FEWEST, decoders_of
from model.strokes import Array
from tests.app.tiny import request_of

pytestmark = pytest.mark.usefixtures("inference")


def job_of(request: DrawRequest, delivery: Delivery | None = None) -> DrawingJob:
    """A drawing that the runner is given as it is, without an engine."""

    def sink(rows: Array, end: End | None) -> None:
        pass

    return DrawingJob(request, sink, delivery or Delivery.whole(), since=0)


def turns(runner: Runner | SlotRunner, jobs: Sequence[DrawingJob], plan: Sequence[dict[int, int]]) -> list[Array]:
    """All rows of each job, where in each turn those of a plan take so many steps."""
    rows = [[NOTHING] for _ in jobs]
    for steps in plan:
        ordered = sorted(steps, key=lambda i: -steps[i])
        drawn = runner.run([jobs[i] for i in ordered], [steps[i] for i in ordered], lambda: None)
        for i, its in zip(ordered, drawn, strict=True):
            rows[i].append(its)
            jobs[i].done += len(its)
    return [np.concatenate(its) for its in rows]


def compared(requests: Sequence[DrawRequest], plan: Sequence[dict[int, int]]) -> SlotRunner:
    """A plan by both runners: the same rows. The one with slots, afterwards."""
    slots = SlotRunner(requests[0].network)
    ours = turns(slots, [job_of(request) for request in requests], plan)
    theirs = turns(Runner(requests[0].network), [job_of(request) for request in requests], plan)
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)
        assert len(one)
    return slots


def test_any_turns_give_the_rows_of_the_other_runner(animals: Checkpoint) -> None:
    """All subjects, temperatures and numbers of steps; some pause, come back, begin late, or change temperatures."""
    changes = (TemperatureChange(5, temp_xy=1.0), TemperatureChange(9, temp_p=0.1))
    requests = [request_of(animals, i % 5, seed=i, temp_xy=0.2 + i / 20) for i in range(11)]
    requests[3] = replace(requests[3], changes=changes)
    everybody = dict.fromkeys(range(11), 4)
    some = [{0: 16, 1: 16, 2: 3, 4: 1}, {0: 5, 3: 5, 4: 5}, everybody, {9: 20, 3: 4, 10: 1}, everybody, {2: 1}]
    compared(requests, some)


def test_the_batch_grows_and_shrinks(animals: Checkpoint) -> None:
    """From one drawing to seventy and back: none notices."""
    requests = [request_of(animals, i % 5, seed=i) for i in range(70)]
    slots = compared(requests, [{0: 4}, dict.fromkeys(range(9), 4), dict.fromkeys(range(70), 2), {0: 1, 69: 1}])
    assert repr(slots._seats) == "<Seats 70 of 128>"


WAVES = [dict.fromkeys(range(first, first + 28), 3) for first in (0, 28, 56, 84, 112)]


def test_those_who_wait_keep_their_slots(animals: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where drawings have turns by turns, as in a crowd with a pace, no state leaves its slot."""
    monkeypatch.setattr(SlotRunner, "_take", lambda *_: 1 / 0)
    slots = compared([request_of(animals, i % 5, seed=i) for i in range(140)], [*WAVES, *WAVES])
    assert repr(slots._seats) == "<Seats 140 of 256>"


def test_more_than_a_device_has_slots_for_take_turns(animals: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Then those who wait get their state back, and go on from it."""
    monkeypatch.setattr(slot_runner, "KEPT", 64)
    slots = compared([request_of(animals, i % 5, seed=i) for i in range(140)], [*WAVES, *WAVES])
    assert slots._seats.slots == 64


def test_a_drawing_goes_on_from_what_is_given(animals: Checkpoint) -> None:
    """It reads in some turns while others draw, and does not end before it may."""
    whole = turns(Runner(animals), [job_of(request_of(animals, 1, seed=3))], [{0: 12}])[0]
    plan: list[dict[int, int]] = [{0: 5, 1: 5, 2: 5}] * 6

    def requests() -> list[DrawRequest]:
        prefix = Prefix(1, whole[:7])
        given = [replace(request_of(animals, 1, seed=seed), prefix=prefix) for seed in (3, 4)]
        return [*given, request_of(animals, 2, seed=5)]

    ours, theirs = (
        turns(kind(animals), [job_of(request) for request in requests()], plan) for kind in (SlotRunner, Runner)
    )
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_array_equal(one, other)


def test_beliefs_are_those_of_the_other_runner(animals: Checkpoint) -> None:
    """What each row was drawn from, of those who ask for it."""
    told = []
    for kind in (SlotRunner, Runner):
        jobs = [job_of(request_of(animals, 0, seed=1), Delivery.streamed(belief=True)), job_of(request_of(animals, 1))]
        turns(kind(animals), jobs, [{0: 1, 1: 4}, {0: 1}, {0: 1, 1: 4}])
        assert jobs[0].beliefs is not None
        told.append(list(jobs[0].beliefs))
    assert len(told[0]) == 3
    for one, other in zip(*told, strict=True):
        np.testing.assert_allclose(one.mean, other.mean, rtol=1e-5)


def test_a_drawing_that_is_gone_frees_its_slot(animals: Checkpoint) -> None:
    """And a runner whose drawings are all gone is not needed."""
    runner, jobs = SlotRunner(animals), [job_of(request_of(animals, 0, seed=seed)) for seed in range(3)]
    assert not runner.is_needed()
    turns(runner, jobs, [{0: 2, 1: 2, 2: 2}])
    runner.free(jobs[:1])
    assert repr(runner._seats) == "<Seats 2 of 64>"
    turns(runner, jobs, [{1: 2}])
    assert runner.is_needed()
    runner.free(jobs)
    assert not runner.is_needed()


def test_a_failure_leaves_those_beside_it_whole(animals: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those who have no turn when a batch fails have their state, for the next runner."""
    runner, jobs = SlotRunner(animals), [job_of(request_of(animals, 0, seed=seed)) for seed in range(2)]
    first = turns(runner, jobs, [{0: 4, 1: 4}])
    with monkeypatch.context() as patch:
        patch.setattr(runner, "_draw", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            turns(runner, jobs, [{0: 4}])
    later = turns(SlotRunner(animals), jobs, [{1: 4}])
    whole = turns(Runner(animals), [job_of(request_of(animals, 0, seed=1))], [{0: 8}])[0]
    np.testing.assert_array_equal(np.concatenate([first[1], later[1]]), whole)


def test_what_was_captured_serves_the_next_runner(animals: Checkpoint) -> None:
    """A runner goes with its drawings, and a quiet service would capture graphs for each of them."""
    before = decoders_of(animals).of(FEWEST)
    rows = []
    for _ in range(2):
        runner, job = SlotRunner(animals), job_of(request_of(animals, 0, seed=1))
        rows.append(turns(runner, [job], [{0: 4}])[0])
        runner.free([job])
    assert decoders_of(animals).of(FEWEST) is before
    np.testing.assert_array_equal(rows[0], rows[1])


def test_what_failed_draws_no_more(animals: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next runner captures anew."""
    before = decoders_of(animals).of(FEWEST)
    monkeypatch.setattr(before, "draw", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        turns(SlotRunner(animals), [job_of(request_of(animals, 0))], [{0: 4}])
    assert decoders_of(animals).of(FEWEST) is not before
    assert len(turns(SlotRunner(animals), [job_of(request_of(animals, 0))], [{0: 4}])[0]) == 4
