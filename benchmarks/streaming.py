"""What of the engine's speed reaches clients: points per second over WebSockets and without, first points, answers.

The service, the engine alone and the clients have a process each. Service and engine take turns, so that whatever
else the machine does falls on both.
"""

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from statistics import median

import numpy as np

from app.catalogue.checkpoint_cache import warm_up
from app.catalogue.subject import StoredNetwork
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from benchmarks.asked import Asked
from benchmarks.clients import SETTLING, draw_rate, first_points, run, socket_rate
from benchmarks.options import Options
from benchmarks.served import Served, served
from model.checkpoint import Checkpoint, load_checkpoint

CLIENTS = (1, 16, 64)
SECONDS = 2.0  # of a measurement of points or answers
PATIENCE = 100  # times as long for the first of them
ROUNDS = 5  # at most: of those that take turns
ASKING = 16  # clients that ask for whole drawings


def streaming(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document; none where there is no checkpoint to serve."""
    if options.checkpoint is None:
        print("No checkpoint to serve: left out.\n")
        return {}
    folder, device = options.checkpoint.resolve(), options.device.type
    one = Asked.of(folder).first(1)
    with (
        served(folder.parent, threads=options.threads, device=device) as service,
        ProcessPoolExecutor(1, get_context("spawn")) as alone,
        ProcessPoolExecutor(1, get_context("spawn")) as clients,
    ):
        rounds = min(ROUNDS, options.repeats)
        sockets: dict[str, float] = {}
        engine: dict[str, float] = {}
        for n in CLIENTS:
            asked = (service.host, one, n, SECONDS)
            pairs = [
                (
                    alone.submit(engine_rate, folder, device, options.threads, n, SECONDS).result()[0],
                    clients.submit(run, socket_rate, *asked).result(),
                )
                for _ in range(rounds)
            ]
            engine[str(n)], sockets[str(n)] = (round(median(rates), 1) for rates in zip(*pairs, strict=True))
        waits = _waits(service, one, clients)
        path = f"/draw/{one.slugs[0]}?system={one.system}&format="
        draws = {form: _answers(service, path + form, clients) for form in ("json", "svg")}
    _print(engine, sockets, waits, draws)
    return {
        "websocket_points_per_second": sockets,
        "engine_points_per_second": engine,
        "time_to_first_point_ms": waits,
        "draws_per_second": draws,
    }


def engine_rate(
    folder: Path, device: str, threads: int, drawings: int, seconds: float, make: Callable[..., Engine] = Engine
) -> tuple[float, float]:
    """Points a second of an engine with so many drawings at a time, without a service around it.

    Also the microseconds of processor that each costs this process.
    """
    return asyncio.run(_engine_rate(_checkpoint(folder, device), threads, drawings, seconds, make))


@cache
def _checkpoint(folder: Path, device: str) -> Checkpoint:
    """Loaded and warm, as in a service: on a GPU its kernels are compiled for longer than is measured."""
    checkpoint = load_checkpoint(folder, device=device)
    warm_up(checkpoint)
    return checkpoint


async def _engine_rate(
    checkpoint: Checkpoint, threads: int, drawings: int, seconds: float, make: Callable[..., Engine]
) -> tuple[float, float]:
    metrics = Metrics()
    limits = Limits.of(checkpoint.device.type, waiting=256, running=max(512, drawings))
    engine = make(threads=threads, limits=limits, deadline=600, metrics=metrics)
    engine.start()
    [subject, *_] = StoredNetwork(checkpoint.card, checkpoint.folder).subjects()
    temperatures = subject.card.temp_xy, subject.card.temp_p

    async def draw(seed: int) -> None:
        while True:
            await engine.draw([DrawRequest(checkpoint, subject, seed, *temperatures)])
            seed += 1000

    begin = time.monotonic() + seconds * SETTLING
    tasks = [asyncio.create_task(draw(seed)) for seed in range(drawings)]
    await asyncio.sleep(begin - time.monotonic())
    before, since, spent = _points(metrics), time.monotonic(), time.process_time()
    for _ in range(PATIENCE):
        await asyncio.sleep(seconds)
        if drawn := _points(metrics) - before:  # else a busy machine has not come to it
            break
    rate, cost = drawn / (time.monotonic() - since), (time.process_time() - spent) / max(drawn, 1)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    await asyncio.to_thread(engine.close)
    return rate, cost * 1e6


def _points(metrics: Metrics) -> float:
    return metrics.registry.get_sample_value("inkstream_points_total") or 0.0


def _waits(service: Served, one: Asked, clients: ProcessPoolExecutor) -> dict[str, dict[str, float]]:
    """Milliseconds to a first point, by how busy the service is."""
    idle = asyncio.run(first_points(service.host, one))
    others = clients.submit(run, socket_rate, service.host, one, max(CLIENTS), SECONDS * 10)
    time.sleep(SECONDS)
    loaded = asyncio.run(first_points(service.host, one))
    others.result()
    return {"idle": _quantiles(idle), "loaded": _quantiles(loaded)}


def _answers(service: Served, path: str, clients: ProcessPoolExecutor) -> float:
    rate: float = clients.submit(run, draw_rate, service.host, path, ASKING, SECONDS).result()
    return round(rate, 1)


def _quantiles(waits: list[float]) -> dict[str, float]:
    return {f"p{part}": round(float(np.percentile(waits, part)) * 1000, 2) for part in (50, 99)}


def _print(
    engine: dict[str, float], sockets: dict[str, float], waits: dict[str, dict[str, float]], draws: dict[str, float]
) -> None:
    print(f"{'drawings':>9} {'engine':>10} {'WebSockets':>11} {'ratio':>6}   points per second")
    for n, rate in engine.items():
        print(f"{n:>9} {rate:>10,.0f} {sockets[n]:>11,.0f} {sockets[n] / rate:>6.2f}")
    for state, wait in waits.items():
        print(f"first point, {state}: {wait['p50']} ms (median), {wait['p99']} ms (99th percentile)")
    print(f"answers per second: {draws['json']:,.0f} as JSON, {draws['svg']:,.0f} as SVG\n")
