"""A service of our own on one core: what its work costs, whether forecasts hold for it, and what its drawings take."""

from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from benchmarks.asked import Asked
from benchmarks.forecast.calibrate import PACE, Round, away, costs_of, rounds, step_times
from benchmarks.forecast.costs import Costs, Device
from benchmarks.forecast.loads import capacity, forecast
from benchmarks.forecast.measure import Compared, Load, measure
from benchmarks.forecast.stored import sent
from benchmarks.forecast.workload import Workload, drawn, poisson
from benchmarks.paced import take_first, take_others
from benchmarks.served import Served, served

LOADS = (0.3, 0.6, 0.85)  # parts of the capacity
BESIDE = 20  # streams beside the second of them


@dataclass(frozen=True, slots=True)
class Own:
    """The service with its clients, and what they ask for."""

    service: Served
    clients: Executor
    asked: Asked
    workload: Workload
    device: Device

    def calibrated(self, seconds: float) -> list[Round]:
        """Rounds of all loads, of so many seconds each."""
        return rounds(self.service, self.asked, self.workload, self.clients, seconds)

    def costs(self, made: list[Round]) -> Costs:
        """What explains them."""
        return costs_of(made, self.device, away(self.service, self.clients), self.workload.lengths)

    def sizes(self) -> dict[str, float]:
        """Bytes on the wire."""
        return sent(self.service, self.workload.paths, self.asked.slugs[0], self.asked.system, PACE)

    def compared(self, made: list[Round], seconds: float) -> Iterator[Compared]:
        """Each load for so many seconds, with its forecast, which is made from rounds before and after it.

        The rounds after it count because other work on the machine changes what everything costs, by the minute.
        """
        most = capacity(self.costs(made))
        for part, streams in (*((part, 0) for part in LOADS), (LOADS[0], BESIDE)):
            times = poisson(most * part, seconds)
            some = self.workload.some(len(times))
            load = Load([self.workload.paths[number] for number in some], times, streams)
            measured, others, refused = measure(self.service, self.asked, load, self.clients)
            before, made = made, self.calibrated(seconds / 10)
            expected = forecast(
                self.costs(before + made), [self.workload.lengths[number] for number in some], times, streams, PACE
            )
            name = f"{part:.0%}" + (f" and {streams} streams" if streams else "")
            yield Compared(name, expected, measured, others, refused)


@contextmanager
def own(checkpoint: Path, name: str) -> Iterator[Own]:
    """The service on the first core, where there are others for its clients, without pools: each drawing is decoded."""
    folder = checkpoint.resolve()
    asked = Asked.of(folder)
    settings: dict[str, Any] = {"threads": 1, "device": "cpu", "preload": 1, "client_share": 1, "pool_size": 0}
    with (
        ProcessPoolExecutor(1, get_context("spawn"), take_others) as clients,
        served(folder.parent, **settings) as service,
    ):
        workload = drawn(service.host, asked)
        device = Device(name=name, points_per_second=clients.submit(step_times, folder).result(), shared=True)
        take_first(service.process.pid)
        yield Own(service, clients, asked.first(64), workload, device)
