"""The same loads on a service that runs, beside their forecasts."""

import asyncio
import os
import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import asdict, dataclass

from benchmarks.asked import Asked
from benchmarks.clients import run, socket_rate
from benchmarks.forecast.calibrate import PACE, Totals
from benchmarks.forecast.costs import ForecastError
from benchmarks.forecast.loads import Figures
from benchmarks.forecast.processor import core_seconds
from benchmarks.forecast.visitors import Visits, visit_at
from benchmarks.served import Served

CONNECTIONS = 64  # that are open from the beginning
TOLERANCE = 0.2  # how far a forecast may be from what is measured, as a part of that
QUIET = 0.03  # part of the service's core that others may have, for a measurement to count at once
TRIES = 3


@dataclass(frozen=True, slots=True)
class Load:
    """What is asked for: paths at some times, beside so many streams."""

    paths: Sequence[str]
    times: Sequence[float]
    streams: int = 0


@dataclass(frozen=True, slots=True)
class Compared:
    """A load of a name: what was forecast and measured, others' part of the service's core, requests that failed."""

    name: str
    forecast: Figures
    measured: Figures
    others: float
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


def measure(service: Served, asked: Asked, load: Load, clients: Executor) -> tuple[Figures, float, int]:
    """The figures of a load, what others had of the service's core, and how many requests failed.

    Of the quietest of some tries. Raises ForecastError where no request was answered.
    """
    tries: list[tuple[Figures, float, int]] = []
    while not tries or (tries[-1][1] > QUIET and len(tries) < TRIES):
        tries.append(_measure(service, asked, load, clients))
    return min(tries, key=lambda each: each[1])


def _measure(service: Served, asked: Asked, load: Load, clients: Executor) -> tuple[Figures, float, int]:
    core = min(os.sched_getaffinity(service.process.pid))
    before, busy, since = Totals.of(service), core_seconds(core), time.monotonic()
    visits, points = clients.submit(run, _visit, service.host, asked, load).result()
    took = time.monotonic() - since
    did, busy = Totals.of(service).since(before), core_seconds(core) - busy
    if not visits.seconds:
        raise ForecastError(f"the service answered none of {len(load.paths)} requests")
    last = max(visits.sent[number] + seconds for number, seconds in visits.seconds.items())
    figures = Figures.of(
        len(visits.seconds) / last, list(visits.seconds.values()), did.seats / max(1.0, did.turns), points
    )
    return figures, round(max(0.0, busy - did.loop - did.engine) / took, 3), sum(visits.failed.values())


async def _visit(host: str, asked: Asked, load: Load) -> tuple[Visits, float]:
    """What came of the requests, and points of streams a second."""
    visiting = visit_at(host, load.paths, load.times, CONNECTIONS)
    if not load.streams:
        return await visiting, 0.0
    watching = socket_rate(host, asked, load.streams, load.times[-1], PACE)
    visits, points = await asyncio.gather(visiting, watching)
    return visits, points
