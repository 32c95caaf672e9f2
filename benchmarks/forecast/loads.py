"""Loads of a process as SimPy forecasts them: what is asked for at given times, and as much as it bears."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
import simpy
from simpy.events import ProcessGenerator

from benchmarks.forecast.costs import Costs
from benchmarks.forecast.simulated import Seen, Simulated
from benchmarks.forecast.simulation import Process
from benchmarks.forecast.speed import STEADY, Speed
from benchmarks.forecast.workload import poisson

FULL = 128  # drawings asked for at a time: more are hardly quicker
ANSWERS = 2000  # that a forecast of open arrivals is made of, about
PERIOD = 0.25  # seconds of the simulation between looking whether it is done
STREAM_SECONDS = 4.0
BEGINNING = 2.0  # seconds for streams to be in the middle of drawings
EARLIER = 2.0  # seconds by which streams are there before drawings are asked for beside them


@dataclass(frozen=True, slots=True)
class Figures:
    """Of one load: answers a second, milliseconds that they took, drawings side by side, points of streams a second."""

    per_second: float
    mean_ms: float
    p50_ms: float
    p95_ms: float
    batch: float
    points_per_second: float = 0.0

    @classmethod
    def of(cls, rate: float, seconds: Sequence[float], batch: float, points: float = 0.0) -> "Figures":
        """From what each answer took."""
        waits = [float(np.mean(seconds)), *(float(np.percentile(seconds, part)) for part in (50, 95))]
        mean, p50, p95 = (round(wait * 1000, 3) for wait in waits)
        return cls(round(rate, 2), mean, p50, p95, round(batch, 3), round(points, 1))


@dataclass(frozen=True, slots=True)
class Streams:
    """What of their points streams get in time, and how busy core and device are with them."""

    share: float
    core: float
    device: float


def simulate(
    costs: Costs,
    lengths: Sequence[int],
    times: Sequence[float],
    streams: int = 0,
    pace: float = 30.0,
    speed: Speed = STEADY,
) -> tuple[Seen, float]:
    """What a process does for drawings of so many steps, asked for at those times, beside streams, and until when.

    The streams are there from `EARLIER` on, so their first drawings are not all at their beginnings.
    """
    env = simpy.Environment(-EARLIER if streams else 0.0)
    process = Process(env, costs, speed=speed)
    numbers = count()

    def ask(length: int, pace: float | None = None) -> None:
        process.ask(length, pace)

    def again(ended: Simulated) -> None:
        if ended.pace is not None:
            ask(lengths[next(numbers) % len(lengths)], ended.pace)

    def arrivals() -> ProcessGenerator:
        for length, moment in zip(lengths, times, strict=False):
            yield env.timeout(max(0.0, moment - env.now))
            ask(length)

    process.on_end = again
    for _ in range(streams):
        ask(lengths[next(numbers) % len(lengths)], pace)
    env.run(env.process(arrivals()))
    while len(process.seen.answers) + process.seen.refused < len(times):
        env.run(env.now + PERIOD)
    return process.seen, env.now


def forecast(
    costs: Costs,
    lengths: Sequence[int],
    times: Sequence[float],
    streams: int = 0,
    pace: float = 30.0,
    speed: Speed = STEADY,
) -> Figures:
    """The figures of that."""
    return _figures(simulate(costs, lengths, times, streams, pace, speed)[0])


def _figures(seen: Seen) -> Figures:
    last = max(since + seconds for since, seconds in seen.answers)
    points = sum(points for moment, points in seen.messages if 0 <= moment <= last) / last
    batch = float(np.mean([drawings for moment, drawings in seen.batches if 0 <= moment <= last]))
    return Figures.of(len(seen.answers) / last, [seconds for _, seconds in seen.answers], batch, points)


def capacity(costs: Costs, clients: int = FULL) -> float:
    """Drawings a second when so many are always asked for."""
    env = simpy.Environment()
    process = Process(env, costs)
    numbers = count()

    def ask(_: Simulated | None = None) -> None:
        process.ask(costs.lengths[next(numbers) % len(costs.lengths)])

    process.on_end = ask
    for _ in range(clients):
        ask()
    while len(process.seen.answers) < ANSWERS:
        env.run(env.now + PERIOD)
    return len(process.seen.answers) / env.now


def watch(costs: Costs, streams: int, pace: float) -> Streams:
    """So many streams, each with one drawing after the other."""
    env = simpy.Environment()
    process = Process(env, costs)
    numbers = count()

    def ask(_: Simulated | None = None) -> None:
        process.ask(costs.lengths[next(numbers) % len(costs.lengths)], pace)

    process.on_end = ask
    for number in range(streams):
        env.process(_later(env, BEGINNING * number / streams, ask))
    env.run(BEGINNING + STREAM_SECONDS)
    came = sum(points for moment, points in process.seen.messages if moment > BEGINNING)
    busy = {kind: seconds / env.now for kind, seconds in process.seen.busy.items()}
    return Streams(came / (streams * pace * STREAM_SECONDS), busy["loop"] + busy["engine"], busy["device"])


def _later(env: simpy.Environment, seconds: float, call: Callable[[], None]) -> ProcessGenerator:
    yield env.timeout(seconds)
    call()


def largest(is_good: Callable[[float], bool], most: float, least: float = 0.0, *, steps: int = 5) -> float:
    """The largest of what is good, from `least` to `most`, by bisection; `least` where nothing that is tried is."""
    low, high = least, most
    if is_good(most):
        return most
    for _ in range(steps):
        middle = (low + high) / 2
        low, high = (middle, high) if is_good(middle) else (low, middle)
    return low


def at_rate(costs: Costs, rate: float) -> tuple[Figures, float]:
    """Of open arrivals at a rate; and the part of the time for which the device decodes."""
    times = poisson(rate, ANSWERS / rate)
    lengths = [costs.lengths[number % len(costs.lengths)] for number in range(len(times))]
    seen, until = simulate(costs, lengths, times)
    return _figures(seen), seen.busy["device"] / until
