"""What the work of a service costs on this machine: measured in processor time of its threads, under load.

Processor time changes less than time by what else the machine does. The event loop is the process's first thread, and
nearly all of what the others do is the engine's.
"""

import hashlib
import time
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

import torch

from benchmarks.advance import advancing
from benchmarks.asked import Asked
from benchmarks.clients import SETTLING, run, socket_rate
from benchmarks.forecast.costs import Device, HostCosts
from benchmarks.forecast.fit import fit
from benchmarks.forecast.totals import Totals
from benchmarks.forecast.visitors import Visits, visit_at, visit_in_turn
from benchmarks.forecast.workload import Workload
from benchmarks.served import Served
from model.checkpoint import load_checkpoint
from model.drawing import CHUNK

SIZES = (1, 2, 4, 8, 16, 32, 64, 128, 256)  # of batches
REPEATS = 7
CLIENTS = (1, 2, 4, 8, 16, 32, 64, 128)  # that ask for whole drawings at a time
PACE = 30.0  # points a second of a stream: what the page asks for, a drawing in about two seconds
BRISK, FAST = 3 * PACE, 12 * PACE  # messages of three points, and of as many as the shortest turn has
STREAMS = ((30, BRISK), (90, BRISK), (12, FAST), (30, FAST))  # drawings end all the time
SECONDS = 1.0  # of each load
PASSES = 2
HASHES = 1_000_000  # some tenths of a second
GAP = 0.0003  # seconds: shorter ones are the clock's
SOCKETS = "inkstream_open_websockets"
SAYINGS = 5  # of what it has done, the cheapest of which is the one without chance
PROBES = 50  # requests that say what passes outside the service


@dataclass(frozen=True, slots=True)
class Round:
    """What a service did for so many whole drawings, or for streams, which are none."""

    did: Totals
    drawings: int

    def of_loop(self) -> dict[str, float]:
        """How often the event loop did each kind of work."""
        did = self.did
        work = {"request": self.drawings, "handout": did.turns}
        if self.drawings:
            return work | {"parcel": did.seats, "message": 0.0, "point": 0.0}
        return work | {"parcel": 0.0, "message": did.seats, "point": did.points}

    def of_engine(self, device: Device | None) -> dict[str, float]:
        """How often the engine did each kind of work; `slower` is what decoding takes by itself, in seconds.

        None is a device that decodes beside the core.
        """
        did = self.did
        joins = 0.0 if self.drawings else did.seats - did.begun  # a stream leaves after each message
        work = {"turn": did.turns, "seat": did.seats, "begin": did.begun, "join": joins}
        return work if device is None else work | {"slower": did.decoding(device)}


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


def rounds(
    service: Served,
    asked: Asked,
    workload: Workload,
    clients: Executor,
    seconds: float,
    streams: Sequence[tuple[int, float]],
) -> list[Round]:
    """Put a service under whole drawings, and under streams, one load after the other, and all of them again.

    Twice, for a core does not keep its speed, and no cost is to be that of one moment. `streams`: how many, at a pace.
    """
    made: list[Round] = []
    saying = min(_saying(service) for _ in range(SAYINGS))
    for number in CLIENTS * PASSES:
        before = Totals.of(service)
        drawings = clients.submit(run, visit_in_turn, service.host, workload.paths, number, seconds / PASSES).result()
        made.append(Round(Totals.of(service).since(before), drawings))
    for number, pace in tuple(streams) * PASSES:
        watching = clients.submit(run, socket_rate, service.host, asked, number, seconds, pace)
        made.append(Round(_watched(service, watching, number, seconds), 0))
        watching.result()
    without = [replace(each, did=replace(each.did, loop=each.did.loop - saying)) for each in made]
    return [each for each in without if each.did.turns]


def _saying(service: Served) -> float:
    """What it costs the event loop to say what it has done, which is no part of a load."""
    before = Totals.of(service)
    return Totals.of(service).since(before).loop


def _watched(service: Served, watching: Future[float], streams: int, seconds: float) -> Totals:
    """What a service does for most of some seconds once so many WebSockets are open: to open one costs much."""
    while service.metrics()[SOCKETS] < streams and not watching.done():
        time.sleep(seconds * SETTLING / 4)
    time.sleep(seconds * SETTLING / 2)
    before = Totals.of(service)
    time.sleep(seconds * (1 - SETTLING / 2))
    return Totals.of(service).since(before)


def away(service: Served, clients: Executor) -> float:
    """Seconds of the quickest of some requests for which the service has hardly anything to do: those of the way."""
    times = [number * 0.01 for number in range(PROBES)]
    visits: Visits = clients.submit(run, visit_at, service.host, ["/healthz"] * PROBES, times, 1).result()
    return min(visits.seconds.values())


def slice_seconds() -> float:
    """For how long the system leaves a core to a thread while another wants it: for an executor with a core."""
    gaps: list[float] = []
    with ThreadPoolExecutor(1) as other:
        hashing = other.submit(hashlib.pbkdf2_hmac, "sha256", b"", b"", HASHES)  # which leaves Python alone
        last = time.perf_counter()
        while not hashing.done():
            now = time.perf_counter()
            gaps.append(now - last)
            last = now
    return float(median([gap for gap in gaps if gap > GAP] or [HostCosts.model_fields["slice"].default]))


def host_of(made: Sequence[Round], device: Device | None, outside: float, slice_: float) -> HostCosts:
    """The costs that explain best the time that the threads took; `device`: that which the engine's thread is."""
    loop = fit([each.of_loop() for each in made], [each.did.loop for each in made])
    engine = fit([each.of_engine(device) for each in made], [each.did.engine for each in made])
    return HostCosts(**loop, **engine, away=outside, slice=slice_)
