"""How long people wait for a first point while thousands watch drawings at a human pace."""

import asyncio
import json
import random
import time
from concurrent.futures import ProcessPoolExecutor
from itertools import count
from multiprocessing import get_context

import numpy as np
from websockets.asyncio.client import connect

from app.server.file_limit import raise_file_limit
from benchmarks.asked import Asked
from benchmarks.clients import PATIENCE, run
from benchmarks.gpu.engine import THREADS
from benchmarks.gpu.size import Size
from benchmarks.served import served

PACE = 30  # points a second: about a drawing in two seconds
AT_ONCE = 64  # connections that one process opens at a time
MEASURED = 3.0  # times the seconds of a measurement, after as long again in which all begin

Watched = tuple[list[float], int]  # seconds to first points, and points


def paced(size: Size) -> dict[str, object]:
    """Milliseconds to a first point, and points a second of them all."""
    raise_file_limit()
    folder = size.folder(size.networks[0])
    asked, each, seconds = Asked.of(folder).first(1), max(1, size.watchers // size.clients), MEASURED * size.seconds
    room = {"batch_limit": 2 * size.watchers, "queue_limit": 2 * size.watchers, "client_share": 1}
    room |= {"sockets_limit": 2 * size.watchers, "connections_limit": 2 * size.watchers}
    with (
        served(folder.parent, threads=THREADS, device=size.device.type, preload=1, **room) as service,
        ProcessPoolExecutor(size.clients, get_context("spawn"), raise_file_limit) as clients,
    ):
        parts = [
            clients.submit(run, watch, service.host, asked, each, first * each, seconds)
            for first in range(size.clients)
        ]
        results: list[Watched] = [part.result() for part in parts]
    waits = [wait for found, _ in results for wait in found]
    return {
        "sockets": each * size.clients,
        "pace": PACE,
        "points_per_second": round(sum(points for _, points in results) / seconds, 1),
        "first_points": len(waits),
        **{f"first_point_p{part}_ms": round(float(np.percentile(waits, part)) * 1000, 2) for part in (50, 99)},
    }


async def watch(host: str, asked: Asked, sockets: int, first: int, seconds: float) -> Watched:
    """So many people, each with one drawing after the other, seeds from `first` on."""
    opening, there = asyncio.Semaphore(AT_ONCE), asyncio.Barrier(sockets)
    watched = await asyncio.gather(
        *(_one(host, asked, first + number, opening, there, seconds) for number in range(sockets))
    )
    return [wait for waits, _ in watched for wait in waits], sum(points for _, points in watched)


async def _one(
    host: str, asked: Asked, seed: int, opening: asyncio.Semaphore, there: asyncio.Barrier, seconds: float
) -> Watched:
    """One person, who stays so long after all have begun, and until a drawing asked for since then has begun."""
    waits, points = list[float](), 0
    wish = {"type": "draw", "system": asked.system, "pace": PACE}
    address = f"ws://{host}/ws/draw/{asked.slugs[0]}?wait=1"
    async with opening:
        socket = await connect(address, compression=None, open_timeout=PATIENCE)
    async with socket:
        await there.wait()
        begin = time.monotonic() + seconds
        await asyncio.sleep(random.Random(seed).random() * seconds / 2)  # noqa: S311 - people do not begin together
        for number in count(seed, 100_000):
            asking, waiting = time.monotonic(), True
            await socket.send(json.dumps(wish | {"seed": number}))
            while True:
                message = await socket.recv(decode=False)
                now = time.monotonic()
                if now >= begin + seconds and waits:
                    return waits, points
                if message.startswith(b'{"type":"end"'):
                    break
                if not message.startswith(b'{"type":"points"'):
                    continue
                if waiting and asking >= begin:
                    waits.append(now - asking)
                waiting = False
                if begin <= now < begin + seconds:
                    points += message.count(b",0]") + message.count(b"0,0,1]")
    raise AssertionError("seeds do not end")
