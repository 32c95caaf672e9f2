"""The simulation of a process, beside queues whose answers are known in closed form."""

from random import Random
from statistics import mean

import pytest
import simpy

from app.engine.scheduling.limits import Limits
from app.routes.pacer import Pacer
from benchmarks.forecast.costs import Costs, Device, HostCosts
from benchmarks.forecast.loads import capacity, forecast, largest, simulate, watch
from benchmarks.forecast.simulation import Process
from benchmarks.forecast.speed import Speed
from benchmarks.forecast.workload import poisson

FREE = {"turn": 0, "seat": 0, "begin": 0, "join": 0, "request": 0, "handout": 0, "parcel": 0, "message": 0, "point": 0}
STEP = 0.001  # seconds


def _costs(points_per_second: dict[int, float], *, shared: bool = False, **host: float) -> Costs:
    device = Device(name="a device", points_per_second=points_per_second, shared=shared)
    each = HostCosts(**FREE | host)
    return Costs(host=each, slots=each, device=device, lengths=(20, 30, 40))


def _run(costs: Costs, limits: Limits, lengths: list[int], times: list[float]) -> list[float]:
    """Seconds that each drawing takes under other limits."""
    env = simpy.Environment()
    process = Process(env, costs, limits)

    def arrivals() -> simpy.events.ProcessGenerator:
        for length, moment in zip(lengths, times, strict=True):
            yield env.timeout(moment - env.now)
            process.ask(length)

    env.process(arrivals())
    env.run(times[-1] + 100)
    assert not process.seen.refused
    return [seconds for _, seconds in process.seen.answers]


def test_one_at_a_time_is_the_queue_m_d_1() -> None:
    """With one slot and drawings of one step, the mean is that of Pollaczek and Khinchine."""
    times = poisson(0.6 / STEP, 2500 * STEP / 0.6)
    seconds = _run(_costs({1: 1 / STEP}), Limits(running=1, waiting=9000, few=1, many=1), [1] * len(times), times)
    assert len(seconds) == len(times)
    assert mean(seconds) == pytest.approx(STEP * (1 + 0.6 / (2 * (1 - 0.6))), rel=0.1)


def test_a_device_that_gains_nothing_from_batches_shares_its_time() -> None:
    """A step of n drawings takes n times as long: M/G/1 with processor sharing, however lengths are distributed."""
    chance = Random(1)  # noqa: S311 - not for secrets
    lengths = [chance.choice((4, 4, 4, 28)) for _ in range(800)]
    times = poisson(0.5 / (10 * STEP), 10 * STEP * len(lengths) / 0.5)
    lengths = lengths[: len(times)] + [4] * (len(times) - len(lengths))
    seconds = _run(_costs({1: 1 / STEP, 2: 1 / STEP}), Limits(few=1, many=1), lengths, times)
    assert mean(seconds) == pytest.approx(10 * STEP / (1 - 0.5), rel=0.1)


def test_a_device_that_gains_all_from_batches_keeps_nobody_waiting() -> None:
    """A step takes as long for one as for hundreds: a drawing waits for the turn that runs, and draws its steps."""
    times = poisson(2000, 1.0)
    seconds = _run(_costs({1: 1 / STEP, 1000: 1000 / STEP}), Limits(few=1, many=1), [10] * len(times), times)
    assert mean(seconds) == pytest.approx((10 + 0.5) * STEP, rel=0.02)


def test_the_event_loop_and_the_engine_share_a_core() -> None:
    """A long turn is interrupted for each request, and takes that much longer; on a device of its own it does not."""
    costs = _costs({1: 12.0}, shared=True, request=0.2, turn=0.1, slice=1.0)  # a second for the steps of a turn
    seen, _ = simulate(costs, [1, 1], [0.0, 0.5])
    assert [round(moment + seconds, 6) for moment, seconds in seen.answers] == [1.4, 2.6]
    apart, _ = simulate(_costs({1: 16.0}, request=0.2, turn=0.1), [1], [0.0])  # a second for a turn there, too
    assert apart.answers[0] == pytest.approx((0.0, 1.3))
    assert seen.busy == pytest.approx({"loop": 0.4, "engine": 0.2, "device": 2.0})


def test_a_core_that_is_half_as_fast_takes_twice_as_long() -> None:
    """From the moment on at which it is, for both threads, each by its own factor."""
    costs = _costs({1: 16.0}, request=0.2)
    slow, _ = simulate(costs, [1, 1], [0.0, 5.0], speed=Speed((0.0, 4.0), (1.0, 2.0)))
    assert [seconds for _, seconds in slow.answers] == pytest.approx([1.2, 2.4])
    loop, _ = simulate(costs, [1], [0.0], speed=Speed((0.0,), (1.0,), by_loop=3.0))
    assert [seconds for _, seconds in loop.answers] == pytest.approx([1.6])


def test_capacity_is_what_the_work_of_a_drawing_leaves_room_for() -> None:
    """Work of the event loop alone: as many drawings as that fits into a second."""
    assert capacity(_costs({1: 1e9}, request=0.002)) == pytest.approx(500, rel=0.05)


def test_streams_get_their_pace_until_there_are_too_many() -> None:
    """Two hundred messages of a millisecond fit into a second; of ten milliseconds half of them do."""
    assert watch(_costs({1: 1e6}, message=0.001), 20, 10).share == pytest.approx(1, abs=0.05)
    crowded = watch(_costs({1: 1e6}, message=0.01), 20, 10)
    assert crowded.share == pytest.approx(0.5, abs=0.05)
    assert crowded.core == pytest.approx(1, abs=0.1)


def _messages(costs: Costs, limits: Limits, streams: int, pace: float, since: float = 0.0) -> list[int]:
    """Points of each message of two seconds, to streams that all begin at once and do not end."""
    env = simpy.Environment()
    process = Process(env, costs, limits)
    for _ in range(streams):
        process.ask(1000, pace)
    env.run(2.0)
    return [points for moment, points in process.seen.messages if moment >= since]


@pytest.mark.parametrize("streams", [10, 300, 1000, 3000])
def test_the_more_streams_the_more_points_a_message_holds(streams: int) -> None:
    """As many as the service's own `Pacer` says; each stream has its pace all the same."""
    pacer = Pacer()
    pacer.drawings.update(range(streams))
    limits = Limits.of("cuda", waiting=4096, running=4096)
    sizes = _messages(_costs({1: 1e6, 1000: 1e9}), limits, streams, 30.0, since=1.0)
    assert set(sizes) == {pacer.frame(30.0)}
    assert sum(sizes) == pytest.approx(30 * streams, rel=0.1)


def test_a_message_holds_all_that_is_granted_however_many_turns_that_takes() -> None:
    """But the first comes at once, with what the first turn has decoded."""
    sizes = _messages(_costs({1: 1e4}), Limits(few=4, many=4), 1, 300.0)
    assert sizes[:3] == [4, 10, 10]


def test_a_process_bears_more_streams_than_messages_of_one_point() -> None:
    """A hundred microseconds for each of 30,000 points would be three cores; their messages take half of one."""
    seen = watch(_costs({1: 1e6, 1000: 1e9}, message=1e-4), 1000, 30.0)
    assert seen.share == pytest.approx(1, abs=0.03)
    assert seen.core < 0.7


def test_points_cost_whatever_the_message() -> None:
    """Two hundred points a second of a millisecond each keep a fifth of the core busy."""
    assert watch(_costs({1: 1e6}, point=0.001), 20, 10).core == pytest.approx(0.2, abs=0.04)


def test_streams_take_time_from_drawings_beside_them() -> None:
    """They share the event loop and the turns; their points are counted apart."""
    costs = _costs({1: 1e4, 100: 1e5}, shared=True, message=0.001, request=0.001)
    times = poisson(20, 3.0)
    alone, beside = (forecast(costs, [30] * len(times), times, streams, 10.0) for streams in (0, 30))
    assert alone.points_per_second == 0
    assert beside.points_per_second == pytest.approx(300, rel=0.06)
    assert beside.mean_ms > alone.mean_ms


def test_a_forecast_is_the_same_each_time() -> None:
    """Its random numbers have a seed; busier is slower and fuller."""
    costs = _costs({1: 5000, 8: 20_000}, shared=True, request=0.001)
    calm, again, busy = (forecast(costs, [30] * len(times), times) for times in map(poisson, (50, 50, 200), (4, 4, 2)))
    assert again == calm
    assert calm.batch < busy.batch
    assert calm.p50_ms < calm.p95_ms < busy.p95_ms


def test_more_than_fits_is_refused() -> None:
    """As the service answers 429: no drawing waits that has no room."""
    seen, _ = simulate(_costs({1: 10}), [5] * 1000, [0.0] * 1000)
    assert seen.refused == 1000 - Limits().running - Limits().waiting
    assert len(seen.answers) + seen.refused == 1000


@pytest.mark.parametrize(("bound", "found"), [(100, 8), (0.3, 0.29), (50, 8)])
def test_the_largest_that_is_good_is_found(bound: float, found: float) -> None:
    """By bisection, up to the most that is asked for."""
    assert largest(lambda value: value <= bound, 8, steps=9) == pytest.approx(found, abs=0.02)
