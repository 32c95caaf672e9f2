"""What the engine's Python costs: points a second with a device that takes no time at all.

On a CPU nobody sees it, for decoding takes longer. A GPU decodes twenty million points a second, and then this is the
limit: of turns, of drawings that begin and end, of rows that are handed out.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from app.catalogue.subject import StoredNetwork
from app.engine.device import Device
from app.engine.engine import Engine
from app.engine.job import DrawingJob
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from benchmarks.advance import random_checkpoint
from benchmarks.options import Options
from model.checkpoint import Checkpoint
from model.network import NetworkConfig
from model.strokes import Array

DRAWINGS = (1, 64, 512, 4096)  # at a time
POINTS = 96  # of each
SECONDS = 1.0


class InstantRunner:
    """Decodes in no time: every row is the same, and no drawing ends by itself."""

    def __init__(self, network: Checkpoint) -> None:  # noqa: ARG002 - a runner is made of one
        self._row = np.zeros((1, 1024, 5), np.float32)
        self._row[..., :3] = (3, 4, 1)

    def is_needed(self) -> bool:
        """It holds nothing."""
        return False

    def free(self, gone: Iterable[DrawingJob]) -> None:
        """There is nothing to free."""

    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """Rows for each, as those of a device lie: in one array."""
        rows = np.broadcast_to(self._row, (len(jobs), 1024, 5))
        ready()
        time.sleep(0)  # Python is free for others, as while a device decodes
        return [its[:count] for its, count in zip(rows, steps, strict=True)]


def engine_overhead(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document."""
    network = random_checkpoint(NetworkConfig(hidden=16, mixtures=1), options.device, points=POINTS)
    rates = {str(n): round(asyncio.run(_rate(network, n, options.threads))) for n in DRAWINGS}
    print(f"{'drawings':>9} {'points/s':>12} {'us a drawing of 96 points':>26}")
    for n, rate in rates.items():
        print(f"{n:>9} {rate:>12,} {POINTS / rate * 1e6:>26.1f}")
    print()
    return {"engine_overhead_points_per_second": rates}


async def _rate(network: Checkpoint, drawings: int, threads: int) -> float:
    """Points a second with so many drawings at a time, each of which is followed by another."""
    metrics = Metrics()
    limits = Limits.of("cuda", waiting=drawings, running=drawings)
    device = Device(metrics, InstantRunner)
    engine = Engine(threads=threads, limits=limits, deadline=600, metrics=metrics, device=device)
    engine.start()
    [subject] = StoredNetwork(network.card, network.folder).subjects()
    made, end = 0, time.monotonic() + SECONDS

    async def draw(seed: int) -> None:
        nonlocal made
        while time.monotonic() < end:
            [drawing] = await engine.draw([DrawRequest(network, subject, seed, 0.5, 0.5)])
            made += len(drawing.stroke5)

    begin = time.monotonic()
    await asyncio.gather(*map(draw, range(drawings)))
    rate = made / (time.monotonic() - begin)
    await asyncio.to_thread(engine.close)
    return rate
