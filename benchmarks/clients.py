"""Clients of a service over real sockets, in a process of their own."""

import asyncio
import json
import time
from collections.abc import Callable, Coroutine, Iterable, Iterator, Mapping
from itertools import count
from typing import Any

import uvloop
from websockets.asyncio.client import ClientConnection, connect

from benchmarks.asked import Asked
from benchmarks.light_socket import LightSocket, open_socket

FIRST_POINTS = 100  # drawings whose first point is waited for
SEEDS = 10**9  # more than anybody asks for, so that no two answers are one
END, POINTS = b'{"type":"end"', b'{"type":"points"'  # what messages begin with
SETTLING = 0.3  # part of the time before rates are counted: until all are in the middle of a drawing


def run(work: Callable[..., Coroutine[Any, Any, Any]], *arguments: object) -> Any:  # noqa: ANN401 - what the work gives
    """What the work returns, in an event loop of its own: for a process of an executor."""
    return uvloop.run(work(*arguments))


async def socket_rate(host: str, asked: Asked, clients: int, seconds: float, pace: float | None = None) -> float:
    """Points a second of so many WebSockets together, each with one drawing after the other of its category.

    `pace`: points a second that each of them asks for; None is as fast as they come.
    """
    there = asyncio.Barrier(clients)
    counts = await asyncio.gather(*(_points(host, asked, seed, there, seconds, pace) for seed in range(clients)))
    return sum(counts) / seconds


class Drawing:
    """What one WebSocket hears that draws one drawing after the other: the points that come between two moments."""

    socket: LightSocket

    def __init__(self, wish: Mapping[str, object], seeds: Iterator[int]) -> None:
        self._wish = wish
        self._seeds = seeds
        self.points = 0
        self.begin = self.end = 0.0

    def ask(self) -> None:
        """For the next drawing."""
        self.socket.send({**self._wish, "seed": next(self._seeds)})

    def hear(self, message: bytes) -> None:
        """A message as it comes."""
        if message.startswith(END):
            self.ask()
        elif self.begin <= time.monotonic() < self.end:
            self.points += points_of(message)


def points_of(message: bytes) -> int:
    """Points that a message of a live drawing holds: pens that draw, and ends."""
    return message.count(b",0]") + message.count(b"0,0,1]")


async def _points(
    host: str, asked: Asked, seed: int, there: asyncio.Barrier, seconds: float, pace: float | None
) -> int:
    """Points that come for so long, from some time after all are there."""
    wish = {"type": "draw", "system": asked.system} | ({} if pace is None else {"pace": pace})
    drawing = Drawing(wish, count(seed, 1000))
    path = f"/ws/draw/{asked.slugs[seed % len(asked.slugs)]}?wait=1"
    async with open_socket(host, path, drawing.hear) as drawing.socket:
        await there.wait()
        drawing.begin = time.monotonic() + seconds * SETTLING
        drawing.end = drawing.begin + seconds
        drawing.ask()
        await drawing.socket.stay(drawing.end - time.monotonic())
    return drawing.points


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
