import asyncio
import gc
import math
import threading
import weakref
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from itertools import count, islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from app.engine.delivery import Delivery
from app.engine.device import Decodes, Device, runner_of
from app.engine.engine import Engine
from app.engine.job import CUT_OFF, FINISHED, NOTHING, DrawingJob
from app.engine.metrics import Metrics
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from app.engine.seated_runner import SeatedRunner
from app.engine.slot_runner import SlotRunner
from app.engine.stream import Stream
from app.errors import DecodingFailed, QueueFull, ShuttingDown, TooLate
from model.checkpoint import Checkpoint, load_checkpoint
from model.drawing import Drawing
from tests.app.tiny import alone, busy, request_of, subject_of, until

pytestmark = pytest.mark.anyio

EMPTY = "<Scheduler 0 waiting, 0 running, 0 parked>"


@pytest.fixture(scope="module")
def penguin(checkpoints: Path) -> Checkpoint:
    return load_checkpoint(checkpoints / "penguin")


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> DrawRequest:
    return request_of(load_checkpoint(checkpoints / "cat"))


@asynccontextmanager
async def running(
    *,
    limits: Limits | None = None,
    deadline: float = 30,
    threads: int = 1,
    metrics: Metrics | None = None,
    runner: Callable[[Checkpoint], Decodes] = runner_of,
) -> AsyncIterator[Engine]:
    metrics = metrics or Metrics()
    device = Device(metrics, runner)
    engine = Engine(threads=threads, limits=limits or Limits(), deadline=deadline, metrics=metrics, device=device)
    engine.start()
    try:
        yield engine
        await state(engine, EMPTY)  # whatever happened, no place leaks
    finally:
        await asyncio.to_thread(engine.close)


def granted(steps: int) -> Delivery:
    """Rows as they are decoded, only so many until the reader grants more."""
    return Delivery(live=True, window=steps, burst=steps, refill=False)


async def state(engine: Engine, expected: str) -> None:
    await asyncio.to_thread(until, lambda: expected in repr(engine))


def same(ours: Drawing, theirs: Drawing) -> bool:
    return ours.seed == theirs.seed and ours.ended == theirs.ended and np.array_equal(ours.stroke5, theirs.stroke5)


@pytest.mark.parametrize("runner", [runner_of, SlotRunner])
async def test_a_drawing_is_the_same_alone_and_in_company(
    cat: DrawRequest, penguin: Checkpoint, runner: Callable[[Checkpoint], Decodes]
) -> None:
    """Bit for bit, for every seed: alone, among 63 others that end as they like, and with another category beside."""
    wanted = [replace(cat, seed=seed, temp_xy=0.2 + seed / 50) for seed in range(64)]
    others = [request_of(penguin, seed=seed) for seed in range(5)]
    async with running(runner=runner) as engine:
        [first] = await engine.draw(wanted[:1])
        together, beside = await asyncio.gather(engine.draw(wanted), engine.draw(others))
    assert same(first, together[0])
    assert all(
        same(drawing, alone(request)) for request, drawing in zip(wanted + others, together + beside, strict=True)
    )
    assert len({drawing.ended for drawing in together}) == 2, "all end alike; the test shows less than it says"


async def test_drawings_join_and_leave_a_running_batch(cat: DrawRequest) -> None:
    """Whoever comes while others are in the middle is drawn at once, in a slot that somebody left."""
    wanted = [replace(cat, seed=seed) for seed in range(40)]
    async with running(limits=Limits(waiting=40, running=3, few=1, many=3)) as engine:
        tasks = []
        for request in wanted:
            tasks.append(asyncio.create_task(engine.draw([request])))
            await asyncio.sleep(0.001)
        drawings = [(await task)[0] for task in tasks]
    assert all(same(drawing, alone(request)) for request, drawing in zip(wanted, drawings, strict=True))


async def test_a_prefix_is_gone_on_from(cat: DrawRequest) -> None:
    """A drawing that goes on from its own first rows, by its own seed, is the same drawing; so with others beside."""
    whole = alone(
        replace(cat, seed=next(seed for seed in range(99) if len(alone(replace(cat, seed=seed)).stroke5) > 20))
    )
    async with running(limits=Limits(few=2, many=5)) as engine:
        for given in (1, 2, 9, 17):
            prefix = Prefix(0, whole.stroke5[:given])
            wanted = [replace(cat, seed=seed, prefix=prefix) for seed in (whole.seed, 1, 2)]
            drawings, _ = await asyncio.gather(engine.draw(wanted), engine.draw([cat] * 3))
            assert same(drawings[0], whole)
            for drawing in drawings:
                assert np.array_equal(drawing.stroke5[:given], whole.stroke5[:given])
            assert not np.array_equal(drawings[1].stroke5, drawings[2].stroke5)


async def test_rows_come_as_they_are_decoded(cat: DrawRequest) -> None:
    """A stream's rows, one after the other, are those of the drawing; it ends with the reason."""
    async with running(limits=Limits(few=2, many=3)) as engine:
        for seed in range(10):
            request = replace(cat, seed=seed)
            [stream] = engine.open([request], Delivery(live=True, window=4))
            parts = []
            while len(rows := await stream.read()):
                parts.append(rows)
            expected = alone(request)
            assert np.array_equal(np.concatenate(parts), expected.stroke5)
            assert stream.end is not None
            assert stream.end.reason == ("finished" if expected.ended else "max_points")
            assert len(parts) > 1 or len(expected.stroke5) < 4 + 3, (
                "a turn of three steps begins below four unread rows"
            )


async def test_a_reader_that_is_behind_stops_its_drawing(cat: DrawRequest) -> None:
    """Unread rows are bounded; the drawing goes on when they are read, the same as ever, and others are not held up."""
    long = replace(cat, seed=next(seed for seed in range(99) if len(alone(replace(cat, seed=seed)).stroke5) > 20))
    async with running(limits=Limits(few=2, many=3)) as engine:
        [stream] = engine.open([long], Delivery(live=True, window=5))
        await state(engine, "0 running, 1 parked")
        assert same((await engine.draw([cat]))[0], alone(cat))
        await asyncio.sleep(0.02)
        parts = [await stream.read()]
        assert 5 <= len(parts[0]) <= 5 + 3
        while len(rows := await stream.read()):
            parts.append(rows)
        assert np.array_equal(np.concatenate(parts), alone(long).stroke5)


async def test_a_reader_may_wait_for_more(cat: DrawRequest) -> None:
    """So many rows as it says come in one piece, however few a turn takes; at the end fewer come, and then none."""
    whole = alone(cat).stroke5
    async with running(limits=Limits(few=1, many=1)) as engine:
        [stream] = engine.open([cat], Delivery.streamed(len(whole)))
        parts = [await stream.read(least=3), await stream.read(least=len(whole))]
        assert len(parts[0]) >= 3
        assert np.array_equal(np.concatenate(parts), whole)
        assert len(await stream.read(least=5)) == 0
        assert stream.end is not None


async def test_what_is_read_leaves_no_garbage(cat: DrawRequest) -> None:
    """A drawing that is drawn, or given up, is gone with its stream: nobody has to look for it."""
    left = []
    gc.disable()
    try:
        async with running() as engine:
            for is_read in (True, False, True):
                [stream] = engine.open([cat], Delivery.whole())
                if is_read:
                    await stream.whole()
                stream.close()
                left.append(weakref.ref(stream.job))
            await engine.draw([cat])  # a turn after them, for the engine's last one has its drawings
            del stream
            assert [job() for job in left] == [None] * 3
    finally:
        gc.enable()


async def test_a_drawing_takes_the_steps_it_is_granted(cat: DrawRequest) -> None:
    """Without refill nothing is decoded beyond what is granted, however much is read."""
    long = replace(cat, seed=next(seed for seed in range(99) if len(alone(replace(cat, seed=seed)).stroke5) > 20))
    async with running() as engine:
        [stream] = engine.open([long], granted(2))
        for steps in (2, 2, 2):
            assert len(await stream.read()) == steps
            await state(engine, "0 running, 1 parked")
            stream.grant(2)
        stream.close()


async def test_temperatures_change_in_the_middle(cat: DrawRequest) -> None:
    """New temperatures hold for the rest: two drawings alike so far part ways, and both modes meet again at zero."""
    hot = replace(cat, temp_xy=1.0)
    async with running() as engine:
        streams = engine.open([hot, hot], granted(2))
        begun = [await stream.read() for stream in streams]
        assert np.array_equal(begun[0], begun[1])
        streams[0].change(0.0, None)
        for stream in streams:
            stream.grant(2)
        went_on = [await stream.read() for stream in streams]
        assert not np.array_equal(went_on[0], went_on[1])
        for stream in streams:
            stream.close()


@contextmanager
def in_a_turn(engine: Engine) -> Iterator[None]:
    """The next turn ends only after this."""
    over, run = threading.Event(), engine._device.run

    def slowly(batch: Any, ready: Callable[[], None]) -> Any:
        over.wait(30)
        return run(batch, ready)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine._device, "run", slowly)
        yield
    over.set()


async def test_cancelling_frees_the_slot_within_a_turn(cat: DrawRequest) -> None:
    """A drawing that nobody reads any more makes room for the next one, and is not decoded on."""
    metrics = Metrics()
    async with running(limits=Limits(waiting=1, running=1), metrics=metrics) as engine:
        with in_a_turn(engine):
            [stream] = engine.open([cat], Delivery.whole())
            await state(engine, "1 running")
            waits = asyncio.create_task(engine.draw([cat]))
            await state(engine, "1 waiting, 1 running")
            stream.close()
            assert "1 waiting, 0 running" in repr(engine)
        assert same((await waits)[0], alone(cat))
    assert metrics.registry.get_sample_value("inkstream_drawings_total", {"reason": "cancelled"}) == 1


@pytest.mark.parametrize("runner", [runner_of, SlotRunner])
async def test_cancelling_frees_the_seat_with_the_device(
    cat: DrawRequest, runner: Callable[[Checkpoint], Decodes]
) -> None:
    """Also of one that is cancelled between the plan of its first turn and that turn."""
    async with running(runner=runner) as engine:
        with in_a_turn(engine):
            streams = engine.open([cat] * 9, Delivery.whole())
            await state(engine, "9 running")
            for stream in streams:
                stream.close()
        for _ in range(2):
            assert same((await engine.draw([cat]))[0], alone(cat))
        [decoding] = engine._device._runners.values()
        assert isinstance(decoding, SeatedRunner)
        assert len(decoding._seats) <= 1


async def test_drawings_that_wait_for_their_readers_hold_no_slots(cat: DrawRequest) -> None:
    """Fifty drawings that go a step at a time, where one may be decoded and one may wait: others are drawn too.

    All of them are the same drawings as without each other, step by step.
    """
    some = (replace(cat, seed=seed) for seed in count())
    wanted = list(islice((request for request in some if len(alone(request).stroke5) > 5), 50))
    async with running(limits=Limits(waiting=1, running=1)) as engine:
        streams, parts = [], []
        for request in wanted:
            streams += engine.open([request], granted(1))
            parts.append([await streams[-1].read()])
        await state(engine, "0 waiting, 0 running, 50 parked")
        assert not engine.is_idle()
        assert same((await engine.draw([cat]))[0], alone(cat))
        for _ in range(3):
            for stream in streams:
                stream.grant(1)
            for stream, its in zip(streams, parts, strict=True):
                its.append(await stream.read())
        for request, stream, its in zip(wanted, streams, parts, strict=True):
            rows = np.concatenate(its)
            assert np.array_equal(rows, alone(request).stroke5[: len(rows)])
            stream.close()
        assert engine.is_idle()


async def test_stopping_ends_a_stream(cat: DrawRequest) -> None:
    """What was decoded can be read, then the end says that it was cancelled."""
    async with running() as engine:
        [stream] = engine.open([cat], granted(2))
        await state(engine, "1 parked")
        await asyncio.to_thread(until, lambda: bool(stream._unread))
        stream.stop()
        assert len(await stream.read()) == 2
        assert len(await stream.read()) == 0
        assert stream.end is not None
        assert stream.end.reason == "cancelled"


async def test_one_thread_of_its_own_does_all_work(cat: DrawRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """All work is done in one thread, not the event loop's, with the CPU threads that the settings say."""
    seen = set()
    async with running(threads=2) as engine:
        run = engine._device.run

        def watched(batch: Any, ready: Callable[[], None]) -> Any:
            seen.add((threading.current_thread().name, torch.get_num_threads()))
            return run(batch, ready)

        monkeypatch.setattr(engine._device, "run", watched)
        for _ in range(3):
            await engine.draw([cat])
    assert seen == {("engine", 2)}


async def test_the_queue_is_bounded(cat: DrawRequest) -> None:
    """More than fit are refused at once, several together or not at all; those that wait are drawn."""
    async with running(limits=Limits(waiting=1, running=1)) as engine:
        with busy(engine):
            waiting = [asyncio.create_task(engine.draw([cat])) for _ in range(2)]
            await state(engine, "2 waiting")
            for many in (1, 3):
                with pytest.raises(QueueFull):
                    await engine.draw([cat] * many)
        assert len(await asyncio.gather(*waiting)) == 2


async def test_a_late_request_ends_and_leaves_the_queue(cat: DrawRequest) -> None:
    """At its deadline a request that waits is given up, and its place is free."""
    async with running(limits=Limits(waiting=1, running=1), deadline=0.05) as engine:
        with busy(engine):
            for _ in range(3):
                with pytest.raises(TooLate):
                    await engine.draw([cat])
            await state(engine, EMPTY)


async def test_thousands_of_drawings_have_one_timer(cat: DrawRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A deadline costs none of its own, and whoever is late is told in time by the one, though the thread is busy."""
    timers, call_later = list[float](), asyncio.get_running_loop().call_later

    def counted(delay: float, *others: Any) -> asyncio.TimerHandle:
        timers.append(delay)
        return call_later(delay, *others)

    async with running(limits=Limits(waiting=2000, running=1), deadline=0.3) as engine:
        with busy(engine):
            with monkeypatch.context() as patch:
                patch.setattr(asyncio.get_running_loop(), "call_later", counted)
                streams = [engine.open([cat], Delivery.whole())[0] for _ in range(2000)]
                assert len(timers) == 1
            for stream in streams:
                with pytest.raises(TooLate):
                    await stream.read()
            await state(engine, EMPTY)


async def test_a_live_drawing_may_take_its_time(cat: DrawRequest) -> None:
    """The deadline of a stream is that of its first rows: a slow reader gets the rest as well."""
    async with running() as engine:
        [stream] = engine.open([cat], granted(1))
        assert len(await stream.read()) == 1
        await state(engine, "1 parked")
        assert stream.job.deadline == math.inf
        stream.grant(99)
        assert len((await stream.whole()).stroke5)


async def test_a_cancelled_request_leaves_the_queue(cat: DrawRequest) -> None:
    """Cancelling a request that waits frees its place at once, and it is never drawn."""
    async with running(limits=Limits(waiting=1, running=1)) as engine:
        with busy(engine):
            gone = asyncio.create_task(engine.draw([cat, cat]))
            await state(engine, "2 waiting")
            gone.cancel()
            await state(engine, "0 waiting")
            stays = asyncio.create_task(engine.draw([cat]))
            await state(engine, "1 waiting")
        assert (await stays)[0].seed == 7
        with pytest.raises(asyncio.CancelledError):
            await gone


class Broken:
    """A module that fails from some call on."""

    def __init__(self, real: Any, calls: int) -> None:
        self.real = real
        self.calls = calls

    def __getattr__(self, name: str) -> Callable[..., Any]:
        real: Callable[..., Any] = getattr(self.real, name)

        def call(*args: Any) -> Any:
            self.calls -= name in ("draw", "read")
            if self.calls < 0:
                raise RuntimeError("out of ink")
            return real(*args)

        return call


@pytest.mark.parametrize("prefixed", [False, True])
async def test_a_failing_step_fails_only_its_batch(cat: DrawRequest, penguin: Checkpoint, prefixed: bool) -> None:
    """The drawings of the batch end with an error, which is counted; others are drawn, and later ones too."""
    metrics = Metrics()
    card = penguin.card.model_copy(update={"sha256": "broken"})
    broken = Checkpoint(card, Broken(penguin.module, 1), Broken(penguin.tables, 1), penguin.folder, penguin.device)
    request = replace(cat, network=broken, subject=subject_of(broken))
    if prefixed:
        request = replace(request, prefix=Prefix(0, alone(cat).stroke5[:3]))
    async with running(metrics=metrics, limits=Limits(few=1, many=2)) as engine:
        fine, *failed = await asyncio.gather(
            engine.draw([cat]), engine.draw([request]), engine.draw([request]), return_exceptions=True
        )
        assert [type(error) for error in failed] == [DecodingFailed] * 2
        assert isinstance(fine, list)
        assert same(fine[0], alone(cat))
        healthy = request_of(penguin)
        assert same((await engine.draw([healthy]))[0], alone(healthy))
    assert metrics.registry.get_sample_value("inkstream_errors_total", {"kind": "RuntimeError"}) == 1
    assert metrics.registry.get_sample_value("inkstream_drawings_total", {"reason": "error"}) == 2


async def test_a_fault_of_the_engine_ends_every_drawing(cat: DrawRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even where a turn itself fails nobody waits for ever, and the thread goes on."""
    async with running() as engine:
        with monkeypatch.context() as patch:
            patch.setattr(engine._device, "tidy", partial(raise_, KeyError))
            with pytest.raises(DecodingFailed):
                await engine.draw([cat])
        assert same((await engine.draw([cat]))[0], alone(cat))


def raise_(error: type[BaseException]) -> None:
    raise error("on purpose")


async def test_draining_lets_drawings_finish(cat: DrawRequest) -> None:
    """Nothing new is taken, what waits and runs is drawn, and then the engine is idle."""
    async with running() as engine:
        with busy(engine):
            waiting = asyncio.create_task(engine.draw([cat]))
            await state(engine, "open, <Scheduler 1 waiting")
            engine.drain()
            assert "draining" in repr(engine)
            assert not engine.is_idle()
            with pytest.raises(ShuttingDown):
                await engine.draw([cat])
        assert same((await waiting)[0], alone(cat))
        assert engine.is_idle()


async def test_closing_ends_every_request(cat: DrawRequest) -> None:
    """At shutdown whatever is not drawn yet is refused, waiting, running or parked, and so is what comes after."""
    engine = Engine(threads=1, limits=Limits(waiting=8, running=1), deadline=30, metrics=Metrics())
    engine.start()
    [stream] = engine.open([cat], granted(1))
    assert len(await stream.read()) == 1
    with busy(engine):
        waiting = [asyncio.create_task(engine.draw([cat])) for _ in range(3)]
        await state(engine, "3 waiting, 0 running, 1 parked")
        closing = asyncio.create_task(asyncio.to_thread(engine.close))
        results = await asyncio.gather(*waiting, stream.read(), return_exceptions=True)
        assert [type(result) for result in results] == [ShuttingDown] * 4
        with pytest.raises(ShuttingDown):
            await engine.draw([cat])
    await closing
    assert repr(engine) == f"<Engine closed, {EMPTY}>"
    assert not engine._thread.is_alive()


async def test_turns_are_measured(cat: DrawRequest) -> None:
    """Points, batches, steps, waits and first points are in the metrics."""
    metrics = Metrics()
    async with running(metrics=metrics) as engine:
        drawings = await engine.draw([replace(cat, seed=seed) for seed in range(5)])
    value: Callable[..., float | None] = metrics.registry.get_sample_value
    assert value("inkstream_points_total") == sum(len(drawing.stroke5) for drawing in drawings)
    assert value("inkstream_queue_wait_seconds_count") == value("inkstream_time_to_first_point_seconds_count") == 5
    assert value("inkstream_batch_size_bucket", {"le": "8.0"}) == value("inkstream_batch_size_count")
    assert value("inkstream_batch_size_sum") > value("inkstream_batch_size_count")  # type: ignore[operator]
    assert value("inkstream_turn_steps_bucket", {"le": "16.0"}) == 1  # the first turn, for the first points


async def test_gauges_are_the_state_of_the_moment(cat: DrawRequest) -> None:
    """What waits and runs is counted when it is asked for, not when the last turn was."""
    metrics = Metrics()
    value: Callable[..., float | None] = metrics.registry.get_sample_value
    names = [f"inkstream_{name}_drawings" for name in ("running", "waiting", "parked")]
    async with running(metrics=metrics, limits=Limits(waiting=2, running=1)) as engine:
        [parked] = engine.open([cat], granted(1))
        assert len(await parked.read()) == 1
        with in_a_turn(engine):
            streams = engine.open([cat], Delivery.whole())
            await state(engine, "1 running")
            streams += engine.open([cat], Delivery.whole())
            assert [value(name) for name in names] == [1, 1, 1]
            for stream in (parked, *streams):
                stream.close()
            assert [value(name) for name in names] == [0, 0, 0]


def test_streams_are_closed_by_whoever_opens_them(cat: DrawRequest) -> None:
    """Closing is asking the engine to free the place, unless the end said that it is free; then nothing is heard."""
    cancelled: list[object] = []

    class Control:
        def cancel(self, job: object) -> None:
            cancelled.append(job)

        def grant(self, job: object, steps: int) -> None:
            raise AssertionError

    for end in (None, FINISHED):
        stream = Stream(Control(), cat, refill=False)
        stream.job = DrawingJob(cat, stream.deliver, Delivery.whole(), since=0)
        stream.job.sink(NOTHING, end)
        stream.close()
        stream.job.sink(NOTHING, CUT_OFF)
        assert stream._last is end
        assert cancelled == ([stream.job] if end is None else [])
        cancelled.clear()


def seeds(drawings: Sequence[Drawing]) -> list[int]:
    return [drawing.seed for drawing in drawings]


async def test_several_drawings_come_in_order(cat: DrawRequest) -> None:
    """The answers are in the order of the requests, whichever ends first."""
    async with running() as engine:
        wanted = [replace(cat, seed=seed) for seed in (9, 3, 5, 3)]
        assert seeds(await engine.draw(wanted)) == [9, 3, 5, 3]


async def test_spare_drawings_let_others_pass(cat: DrawRequest) -> None:
    """Whoever is waited for is drawn first, in a place of his own; spare drawings are the same as any."""
    order: list[str] = []

    async def drawn(name: str, requests: list[DrawRequest], *, spare: bool) -> list[Drawing]:
        drawings = await engine.draw(requests, spare=spare)
        order.append(name)
        return drawings

    wanted = [replace(cat, seed=seed) for seed in range(9)]
    async with running(limits=Limits(waiting=1, running=1)) as engine:
        with busy(engine):
            spare = asyncio.create_task(drawn("spare", wanted, spare=True))
            await state(engine, "0 waiting, 0 running, 0 parked, 9 spare")
            assert engine.is_idle()
            others = [asyncio.create_task(drawn("other", [request], spare=False)) for request in wanted[:2]]
            await state(engine, "2 waiting, 0 running, 0 parked, 9 spare")
        assert all([same((await other)[0], alone(request)) for other, request in zip(others, wanted, strict=False)])
        assert all(same(drawing, alone(request)) for drawing, request in zip(await spare, wanted, strict=True))
    assert order == ["other", "other", "spare"]


async def test_spare_drawings_are_not_measured_as_others(cat: DrawRequest) -> None:
    """What a client waits for is in the metrics alone: a spare drawing waits for its turn as long as it takes."""
    metrics = Metrics()
    async with running(metrics=metrics) as engine:
        await engine.draw([cat], spare=True)
    for name in ("inkstream_queue_wait_seconds_count", "inkstream_time_to_first_point_seconds_count"):
        assert metrics.registry.get_sample_value(name) == 0
    assert metrics.registry.get_sample_value("inkstream_points_total") == len(alone(cat).stroke5)


async def test_spare_drawings_end_with_the_engine(cat: DrawRequest) -> None:
    """They hold nobody up: an engine that has nothing else is idle, and closing it ends them."""
    engine = Engine(threads=1, limits=Limits(), deadline=30, metrics=Metrics())
    engine.start()
    with busy(engine):
        spare = asyncio.create_task(engine.draw([cat], spare=True))
        await state(engine, "1 spare")
        closing = asyncio.create_task(asyncio.to_thread(engine.close))
        with pytest.raises(ShuttingDown):
            await spare
    await closing
    with pytest.raises(ShuttingDown):
        await engine.draw([cat], spare=True)
