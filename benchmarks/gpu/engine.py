"""What of a card's speed the engine gives: many drawings at once, a whole sheet, and what reaches WebSockets."""

import asyncio
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from statistics import median

from app.catalogue.subject import StoredNetwork
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from benchmarks.asked import Asked
from benchmarks.clients import socket_rate
from benchmarks.cores import take_core
from benchmarks.fast_device import fast_engine
from benchmarks.gpu.fleet import THREADS, Fleet, Share, fleet
from benchmarks.gpu.size import Size
from benchmarks.streaming import engine_rate
from model.checkpoint import Checkpoint

DEADLINE = 600.0

Rate = tuple[float, float]  # points a second, and microseconds of processor for each


def sheet(size: Size) -> dict[str, object]:
    """Seconds in which the engine decodes a sheet of drawings, and the points of it."""
    return asyncio.run(_sheet(size.checkpoint(size.networks[0]), size))


async def _sheet(checkpoint: Checkpoint, size: Size) -> dict[str, object]:
    limits = Limits.of(checkpoint.device.type, waiting=size.sheet, running=size.sheet)
    engine = _engine_of(size)(threads=THREADS, limits=limits, deadline=DEADLINE, metrics=Metrics())
    engine.start()
    [subject, *_] = StoredNetwork(checkpoint.card, checkpoint.folder).subjects()
    first = DrawRequest(checkpoint, subject, 0, subject.card.temp_xy, subject.card.temp_p)
    try:
        taken, points = [], 0
        for turn in range(1 + size.rounds):
            began = time.perf_counter()
            drawn = await engine.draw([first.of_seed(turn * size.sheet + seed) for seed in range(size.sheet)])
            taken.append(time.perf_counter() - began)
            points = sum(len(drawing.stroke5) - 1 for drawing in drawn)
    finally:
        await asyncio.to_thread(engine.close)
    return {"drawings": size.sheet, "points": points, "decoding_seconds": round(median(taken[1:]), 4)}


def sockets(size: Size) -> dict[str, object]:
    """Points a second of so many drawings at once: of the engine alone, and over WebSockets of a service.

    The service is one process, and in `processes` each number of them. All take turns, and figures are medians.
    """
    folder = size.folder(size.networks[0])
    asked = (folder, size.device.type, THREADS, size.sockets, size.seconds, _engine_of(size))
    with fleet(size) as running:
        with ProcessPoolExecutor(1, get_context("spawn"), take_core if size.playback else None) as alone:
            rounds = [
                (alone.submit(engine_rate, *asked).result(), [_reached(running, each) for each in size.processes])
                for _ in range(size.rounds)
            ]
        shape = running.shape()
    processes = {
        str(each): _medians([(engine, reached[place]) for engine, reached in rounds])
        for place, each in enumerate(size.processes)
    }
    return {"sockets": size.sockets, **processes["1"], "processes": processes, **shape}


def _reached(running: Fleet, processes: int) -> Rate:
    """What reaches WebSockets that are spread over so many processes."""
    size = running.size
    work = partial(_rate, asked=Asked.of(size.folder(size.networks[0])).first(1), seconds=size.seconds)
    rates, cost = running.ask(processes, size.sockets, work)
    print(f"{processes} processes: {sum(rates):,.0f} points a second", flush=True)  # also of a part that is cut off
    return sum(rates), cost


async def _rate(share: Share, *, asked: Asked, seconds: float) -> float:
    return await socket_rate(share.host, asked, len(share.seeds), seconds)


def _engine_of(size: Size) -> Callable[..., Engine]:
    return fast_engine if size.playback else Engine


def _medians(rounds: Sequence[tuple[Rate, Rate]]) -> dict[str, float]:
    """Of the engine alone, and of what reaches WebSockets."""
    return {
        "engine_points_per_second": round(median(engine for (engine, _), _ in rounds), 1),
        "engine_microseconds_per_point": round(median(cost for (_, cost), _ in rounds), 2),
        "websocket_points_per_second": round(median(reached for _, (reached, _) in rounds), 1),
        "microseconds_per_point": round(median(cost for _, (_, cost) in rounds), 2),
        "share": round(median(reached / engine for (engine, _), (reached, _) in rounds), 3),
    }
