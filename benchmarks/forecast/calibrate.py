"""What the work of a service costs on this machine: measured in processor time of its threads, under load.

Processor time changes less than time by what else the machine does. The event loop is the process's first thread, and
nearly all of what the others do is the engine's.
"""

import time
from collections.abc import Sequence
from concurrent.futures import Executor
from dataclasses import astuple, dataclass
from pathlib import Path
from statistics import median

import torch

from benchmarks.advance import advancing
from benchmarks.asked import Asked
from benchmarks.clients import run, socket_rate
from benchmarks.forecast.costs import Costs, Device, HostCosts
from benchmarks.forecast.fit import fit
from benchmarks.forecast.processor import thread_seconds
from benchmarks.forecast.visitors import Visits, visit_at, visit_in_turn
from benchmarks.forecast.workload import Workload
from benchmarks.served import Served
from model.checkpoint import load_checkpoint
from model.drawing import CHUNK

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # of batches
REPEATS = 7
CLIENTS = (1, 2, 4, 8, 16, 32, 64, 128)  # that ask for whole drawings at a time
STREAMS = (10, 30, 90)
PACE = 30.0  # points a second of a stream: what the page asks for, a drawing in about two seconds
SECONDS = 1.0  # of each load
PROBES = 50  # requests that say what passes outside the service


@dataclass(frozen=True, slots=True)
class Totals:
    """What a service has done, and the seconds of its threads."""

    loop: float
    engine: float
    turns: float
    seats: float
    steps: float
    points: float

    @classmethod
    def of(cls, service: Served) -> "Totals":
        """Until now."""
        threads = thread_seconds(service.process.pid)
        loop = threads.pop(service.process.pid)
        metrics = service.metrics()
        names = ("batch_size_count", "batch_size_sum", "turn_steps_sum", "points_total")
        return cls(loop, sum(threads.values()), *(metrics[f"inkstream_{name}"] for name in names))

    def since(self, before: "Totals") -> "Totals":
        """The difference."""
        return Totals(*(now - then for now, then in zip(astuple(self), astuple(before), strict=True)))


@dataclass(frozen=True, slots=True)
class Round:
    """What a service did for so many whole drawings, or for streams, which are none."""

    did: Totals
    drawings: int

    def of_loop(self) -> dict[str, float]:
        """How often the event loop did each kind of work."""
        parcels, messages = (self.did.seats, 0.0) if self.drawings else (0.0, self.did.points)
        return {"request": self.drawings, "handout": self.did.turns, "parcel": parcels, "message": messages}

    def of_engine(self, device: Device) -> dict[str, float]:
        """How often the engine did each kind of work; `slower` is what decoding takes by itself, in seconds."""
        alone = self.did.steps * device.step_seconds(self.did.seats / self.did.turns)
        joins = self.drawings or self.did.seats  # a stream leaves after each message, and comes back
        return {"turn": self.did.turns, "seat": self.did.seats, "join": joins, "slower": alone}


def step_times(folder: Path) -> dict[int, float]:
    """Points a second of a checkpoint by drawings side by side, in processor time of one thread: for an executor."""
    torch.set_num_threads(1)
    checkpoint = load_checkpoint(folder)
    subjects = len(checkpoint.card.subjects)
    cases = {n: advancing(checkpoint, [i % subjects for i in range(n)], 1) for n in SIZES}
    seconds: dict[int, list[float]] = {n: [] for n in SIZES}
    for _ in range(REPEATS + 2):  # TorchScript optimises in the first two
        for n, case in cases.items():
            since = time.thread_time()
            case()
            seconds[n].append(time.thread_time() - since)
    return {n: round(n * CHUNK / median(times[2:]), 1) for n, times in seconds.items()}


def rounds(service: Served, asked: Asked, workload: Workload, clients: Executor, seconds: float) -> list[Round]:
    """Put a service under whole drawings, and under streams, one load after the other."""
    made: list[Round] = []
    for number in CLIENTS:
        before = Totals.of(service)
        drawings = clients.submit(run, visit_in_turn, service.host, workload.paths, number, seconds).result()
        made.append(Round(Totals.of(service).since(before), drawings))
    for number in STREAMS:
        before = Totals.of(service)
        clients.submit(run, socket_rate, service.host, asked, number, seconds, PACE).result()
        made.append(Round(Totals.of(service).since(before), 0))
    return [each for each in made if each.did.turns]


def away(service: Served, clients: Executor) -> float:
    """Seconds of the quickest of some requests for which the service has hardly anything to do: those of the way."""
    times = [number * 0.01 for number in range(PROBES)]
    visits: Visits = clients.submit(run, visit_at, service.host, ["/healthz"] * PROBES, times, 1).result()
    return min(visits.seconds.values())


def costs_of(made: Sequence[Round], device: Device, outside: float, lengths: Sequence[int]) -> Costs:
    """The costs that explain best the time that the threads took."""
    loop = fit([each.of_loop() for each in made], [each.did.loop for each in made])
    engine = fit([each.of_engine(device) for each in made], [each.did.engine for each in made])
    return Costs(host=HostCosts(**loop, **engine, away=outside), device=device, lengths=tuple(lengths))
