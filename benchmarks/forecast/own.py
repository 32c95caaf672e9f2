"""A service of our own on one core: what its work costs, whether forecasts hold for it, and what its drawings take."""

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.asked import Asked
from benchmarks.cores import take_core, take_others
from benchmarks.forecast.calibrate import PACE, STREAMS, Round, away, host_of, rounds, slice_seconds, step_times
from benchmarks.forecast.costs import Costs, Device, HostCosts
from benchmarks.forecast.loads import capacity, forecast
from benchmarks.forecast.measure import Compared, Load, measure
from benchmarks.forecast.slots import slots_host
from benchmarks.forecast.stored import sent
from benchmarks.forecast.workload import Workload, drawn, poisson
from benchmarks.served import Served, served

LOADS = (0.3, 0.5, 0.7)  # parts of the capacity
BESIDE = 20  # streams beside the first of them


@dataclass(frozen=True, slots=True)
class Own:
    """The service with its clients, what they ask for, and what its work costs beside a GPU."""

    service: Served
    clients: Executor
    asked: Asked
    workload: Workload
    device: Device
    slots: HostCosts

    def calibrated(self, seconds: float) -> list[Round]:
        """Rounds of all loads, of so many seconds each."""
        return rounds(self.service, self.asked, self.workload, self.clients, seconds, STREAMS)

    def costs(self, made: list[Round]) -> Costs:
        """What explains them."""
        outside, slice_ = away(self.service, self.clients), self.clients.submit(slice_seconds).result()
        host = host_of(made, self.device, outside, slice_)
        return Costs(host=host, slots=self.slots, device=self.device, lengths=self.workload.lengths)

    def sizes(self) -> dict[str, float]:
        """Bytes on the wire."""
        return sent(self.service, self.workload.paths, self.asked.slugs[0], self.asked.system, PACE)

    def compared(self, made: list[Round], seconds: float) -> Iterator[Compared]:
        """Each load for so many seconds, with its forecast, which is made from rounds before and after it.

        The forecast is for the core as fast as it was meanwhile, which is known from the processor time of work.
        """
        for part, streams in (*((part, 0) for part in LOADS), (LOADS[0], BESIDE)):
            times = poisson(capacity(self.costs(made)) * part, seconds)
            some = self.workload.some(len(times))
            load = Load([self.workload.paths[number] for number in some], times, streams)
            measured = measure(self.service, self.asked, load, self.clients)
            before, made = made, self.calibrated(seconds / 10)
            costs = self.costs(before + made)
            speed = measured.speed(costs)
            lengths = [self.workload.lengths[number] for number in some]
            expected = forecast(costs, lengths, measured.times, streams, PACE, speed)
            name = f"{part:.0%}" + (f" and {streams} streams" if streams else "")
            faster = [round(1 / each, 2) for each in speed.slower]
            yield Compared(name, expected, measured.figures, measured.others, faster, measured.refused)


@contextmanager
def own(checkpoint: Path, name: str, seconds: float) -> Iterator[Own]:
    """The service on the first core, where there are others for its clients, without pools: each drawing is decoded.

    `seconds`: of each load that says what its work costs beside a GPU.
    """
    folder = checkpoint.resolve()
    asked = Asked.of(folder)
    settings: dict[str, Any] = {"threads": 1, "device": "cpu", "preload": 1, "client_share": 1, "pool_size": 0}
    with (
        ProcessPoolExecutor(1, get_context("spawn"), take_others) as clients,
        served(folder.parent, **settings) as service,
    ):
        workload = drawn(service.host, asked)
        device = Device(name=name, points_per_second=clients.submit(step_times, folder).result(), shared=True)
        take_core(service.process.pid)
        with _beside():
            some = asked.first(64)
            slots = slots_host(folder, some, workload, clients, seconds)
            yield Own(service, clients, some, workload, device, slots)


@contextmanager
def _beside() -> Iterator[None]:
    """Leave the first core alone meanwhile."""
    before = os.sched_getaffinity(0)
    take_others()
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)
