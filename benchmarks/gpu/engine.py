"""What of a card's speed the engine gives: many drawings at once, a whole sheet, and what reaches WebSockets."""

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from statistics import median

from app.catalogue.subject import StoredNetwork
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.scheduler import Limits
from app.server.file_limit import raise_file_limit
from benchmarks.asked import Asked
from benchmarks.clients import run, socket_rate
from benchmarks.gpu.size import Size
from benchmarks.served import served
from benchmarks.streaming import engine_rate
from model.checkpoint import Checkpoint

THREADS = 1  # of the CPU
DEADLINE = 600.0


def sheet(size: Size) -> dict[str, object]:
    """Seconds in which the engine decodes a sheet of drawings, and the points of it."""
    return asyncio.run(_sheet(size.checkpoint(size.networks[0]), size))


async def _sheet(checkpoint: Checkpoint, size: Size) -> dict[str, object]:
    limits = Limits.of(checkpoint.device.type, waiting=size.sheet, running=size.sheet)
    engine = Engine(threads=THREADS, limits=limits, deadline=DEADLINE, metrics=Metrics())
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
    """Points a second of so many drawings at once: of the engine alone, and over WebSockets of a service."""
    raise_file_limit()
    folder, device = size.folder(size.networks[0]), size.device.type
    asked, each = Asked.of(folder).first(1), max(1, size.sockets // size.clients)
    spawn = get_context("spawn")
    with ProcessPoolExecutor(1, spawn) as alone:
        engine = alone.submit(engine_rate, folder, device, THREADS, size.sockets, size.seconds).result()
    with (
        served(folder.parent, threads=THREADS, device=device, preload=1, client_share=1) as service,
        ProcessPoolExecutor(size.clients, spawn) as clients,
    ):
        list(clients.map(_ready, range(size.clients)))
        parts = [clients.submit(run, socket_rate, service.host, asked, each, size.seconds) for _ in range(size.clients)]
        reached = sum(part.result() for part in parts)
    return {
        "sockets": each * size.clients,
        "engine_points_per_second": round(engine, 1),
        "websocket_points_per_second": round(reached, 1),
        "share": round(reached / engine, 3),
    }


def _ready(_number: int) -> None:
    """What a process imports, it has imported when this is done; the pause lets every process have one."""
    time.sleep(0.2)
