"""The same loads on a service that runs, beside their forecasts."""

import asyncio
import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass

import numpy as np

from benchmarks.asked import Asked
from benchmarks.clients import SETTLING, run, socket_rate
from benchmarks.forecast.calibrate import PACE
from benchmarks.forecast.costs import Costs, ForecastError
from benchmarks.forecast.loads import Figures
from benchmarks.forecast.processor import core_seconds
from benchmarks.forecast.speed import Moment, Span, Speed, spans, speed_of
from benchmarks.forecast.totals import Totals
from benchmarks.forecast.visitors import Visits, visit_at
from benchmarks.served import Served

CONNECTIONS = 64  # that are open from the beginning
TOLERANCE = 0.2  # how far a forecast may be from what is measured, as a part of that
QUIET = 0.03  # part of the service's core that others may have, for a measurement to count at once
TRIES = 3
PERIOD = 0.5  # seconds for which a core has one speed


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for: paths at some times, beside so many streams."""

    paths: Sequence[str]
    times: Sequence[float]
    streams: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A load of a name: what was forecast and measured, others' part of the service's core, requests that failed.

    `speed`: of the core, by that at calibration, from half a second to the next.
    """

    name: str
    forecast: Figures
    measured: Figures
    others: float
    speed: Sequence[float] = ()
    refused: int = 0

    @property
    def ratios(self) -> dict[str, float]:
        """Forecast by measured, of each figure of which there is any."""
        measured = asdict(self.measured)
        return {key: round(value / measured[key], 3) for key, value in asdict(self.forecast).items() if measured[key]}

    @property
    def is_good(self) -> bool:
        """Whether each forecast is near enough, and every request was answered."""
        return not self.refused and all(abs(ratio - 1) <= TOLERANCE for ratio in self.ratios.values())


@dataclass(frozen=True, slots=True)
class Measured:
    """What came of a load: its figures, when each drawing was asked for, what happened meanwhile, what failed."""

    figures: Figures
    times: Sequence[float]
    spans: Sequence[Span]
    refused: int

    @property
    def others(self) -> float:
        """The part of the service's core that others had."""
        return round(max(0.0, float(np.average([span.others for span in self.spans], weights=self._seconds))), 3)

    @property
    def is_disturbed(self) -> bool:
        """Whether it is worth another try."""
        return self.others > QUIET or self.refused > 0

    def speed(self, costs: Costs) -> Speed:
        """Of the core, all that time."""
        return speed_of(self.spans, costs, self.figures.points_per_second)

    @property
    def _seconds(self) -> list[float]:
        return [span.seconds for span in self.spans]


def measure(service: Served, asked: Asked, load: Load, clients: Executor) -> Measured:
    """What comes of a load, in the quietest of some tries. Raises ForecastError where no request was answered.

    A core that is so slow for a while that requests are refused is not the one that the load is a part of.
    """
    tries: list[Measured] = []
    while not tries or (tries[-1].is_disturbed and len(tries) < TRIES):
        tries.append(_measure(service, asked, load, clients))
    return min(tries, key=lambda each: (each.refused, each.others))


def _measure(service: Served, asked: Asked, load: Load, clients: Executor) -> Measured:
    visiting = clients.submit(run, _visit, service.host, asked, load)
    moments = [_moment(service)]
    while not visiting.done():
        time.sleep(PERIOD)
        moments.append(_moment(service))
    visits, points = visiting.result()
    if not visits.seconds:
        raise ForecastError(f"the service answered none of {len(load.paths)} requests")
    last = max(visits.sent[number] + seconds for number, seconds in visits.seconds.items())
    some = [
        span
        for span in spans(moments, visits.begun)
        if span.since > -PERIOD and span.since + span.seconds < last + PERIOD
    ]
    turns, seats = (sum(getattr(span.did, name) for span in some) for name in ("turns", "seats"))
    figures = Figures.of(len(visits.seconds) / last, list(visits.seconds.values()), seats / max(1.0, turns), points)
    times = [visits.sent[number] for number in range(len(load.times))]
    return Measured(figures, times, some, sum(visits.failed.values()))


def _moment(service: Served) -> Moment:
    totals = Totals.of(service)
    return Moment(time.monotonic(), totals, core_seconds(min(os.sched_getaffinity(service.process.pid))))


async def _visit(host: str, asked: Asked, load: Load) -> tuple[Visits, float]:
    """What came of the requests, and points of streams a second, who are there before."""
    if not load.streams:
        return await visit_at(host, load.paths, load.times, CONNECTIONS), 0.0
    watching = asyncio.create_task(socket_rate(host, asked, load.streams, load.times[-1], PACE))
    await asyncio.sleep(load.times[-1] * SETTLING)
    return await visit_at(host, load.paths, load.times, CONNECTIONS), await watching
