"""Clients of a service over real sockets, in a process of their own."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterable
from itertools import count
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

from benchmarks.asked import Asked

FIRST_POINTS = 100  # drawings whose first point is waited for
SEEDS = 10**9  # more than anybody asks for, so that no two answers are one
PATIENCE = 60.0  # seconds for all to be there
SETTLING = 0.3  # part of the time before rates are counted: until all are in the middle of a drawing


def run(work: Callable[..., Coroutine[Any, Any, Any]], *arguments: object) -> Any:  # noqa: ANN401 - what the work gives
    """What the work returns, in an event loop of its own: for a process of an executor."""
    return asyncio.run(work(*arguments))


async def socket_rate(host: str, asked: Asked, clients: int, seconds: float, pace: float | None = None) -> float:
    """Points a second of so many WebSockets together, each with one drawing after the other of its category.

    `pace`: points a second that each of them asks for; None is as fast as they come.
    """
    there = asyncio.Barrier(clients)
    counts = await asyncio.gather(*(_points(host, asked, seed, there, seconds, pace) for seed in range(clients)))
    return sum(counts) / seconds


async def _points(
    host: str, asked: Asked, seed: int, there: asyncio.Barrier, seconds: float, pace: float | None
) -> int:
    """Points that come for so long, from some time after all are there."""
    points, category = 0, asked.slugs[seed % len(asked.slugs)]
    wish = {"system": asked.system} | ({} if pace is None else {"pace": pace})
    async with connect(f"ws://{host}/ws/draw/{category}?wait=1", compression=None, open_timeout=PATIENCE) as socket:
        seeds = count(seed, 1000)
        await there.wait()
        begin = time.monotonic() + seconds * SETTLING
        await socket.send(json.dumps({"type": "draw", "seed": next(seeds)} | wish))
        while (now := time.monotonic()) < begin + seconds:
            message = await socket.recv(decode=False)
            if now >= begin:
                points += message.count(b",0]") + message.count(b"0,0,1]")  # pens that draw, and ends
            if message.startswith(b'{"type":"end"'):
                await socket.send(json.dumps({"type": "draw", "seed": next(seeds)} | wish))
    return points


async def first_points(host: str, asked: Asked) -> list[float]:
    """Seconds from asking for a drawing to its first points, one drawing after the other, over one WebSocket."""
    async with connect(f"ws://{host}/ws/draw/{asked.slugs[0]}?wait=1", compression=None) as socket:
        return [await _first_point(socket, seed, asked.system) for seed in range(FIRST_POINTS)]


async def _first_point(socket: ClientConnection, seed: int, system: str) -> float:
    since = time.perf_counter()
    await socket.send(json.dumps({"type": "draw", "seed": seed, "system": system}))
    while json.loads(await socket.recv())["type"] != "points":
        pass
    waited = time.perf_counter() - since
    await socket.send(json.dumps({"type": "stop"}))
    while json.loads(await socket.recv())["type"] != "end":
        pass
    return waited


async def draw_rate(host: str, path: str, clients: int, seconds: float) -> float:
    """Answers a second to so many clients, each of which asks for another seed when it has its answer."""
    until = time.monotonic() + seconds
    counts = await asyncio.gather(*(_answers(host, path, range(i, SEEDS, clients), until) for i in range(clients)))
    return sum(counts) / seconds


async def _answers(host: str, path: str, seeds: Iterable[int], until: float) -> int:
    reader, writer = await asyncio.open_connection(*host.split(":"))
    answers = 0
    for seed in seeds:
        if time.monotonic() >= until:
            break
        writer.write(f"GET {path}&seed={seed} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
        answers += 1
    writer.close()
    return answers
