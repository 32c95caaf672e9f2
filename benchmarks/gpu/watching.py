"""How long people wait for a first point while thousands watch drawings at a human pace."""

import asyncio
import random
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from itertools import count

import numpy as np

from benchmarks.asked import Asked
from benchmarks.clients import END, POINTS, points_of
from benchmarks.gpu.fleet import Fleet, Share, fleet
from benchmarks.gpu.size import Size
from benchmarks.light_socket import open_socket

PACE = 30  # points a second: about a drawing in two seconds
AT_ONCE = 64  # connections that one process opens at a time
LOOKING = 0.1  # seconds between two looks whether somebody may go
ENOUGH = 4  # processes: one bears them all
MEASURED = 3.0  # times the seconds of a measurement, after as long again in which all begin

Watched = tuple[list[float], int]  # seconds to first points, and points


def paced(size: Size) -> dict[str, object]:
    """Milliseconds to a first point, and points a second of them all.

    The service is one process, and in `processes` each number of them.
    """
    room = {"batch_limit": 2 * size.watchers, "queue_limit": 2 * size.watchers}
    room |= {"sockets_limit": 2 * size.watchers, "connections_limit": 2 * size.watchers}
    size = replace(size, processes=tuple(count for count in size.processes if count <= ENOUGH))
    with fleet(size, **room) as running:
        processes = {str(number): _served(running, number) for number in size.processes}
        shape = running.shape()
    return {"sockets": size.watchers, "pace": PACE, **processes["1"], "processes": processes, **shape}


def _served(running: Fleet, processes: int) -> dict[str, float]:
    """What people get whose WebSockets are spread over so many processes."""
    size = running.size
    asked, seconds = Asked.of(size.folder(size.networks[0])).first(1), MEASURED * size.seconds
    results, cost = running.ask(processes, size.watchers, partial(watch, asked=asked, seconds=seconds))
    waits = [wait for found, _ in results for wait in found]
    found = {
        "points_per_second": round(sum(points for _, points in results) / seconds, 1),
        "first_points": len(waits),
        **{f"first_point_p{part}_ms": round(float(np.percentile(waits, part)) * 1000, 2) for part in (50, 99)},
        "microseconds_per_point": round(cost, 2),
    }
    print(f"{processes} processes: {found}", flush=True)  # also of a part that is cut off
    return found


async def watch(share: Share, *, asked: Asked, seconds: float) -> Watched:
    """So many people, each with one drawing after the other."""
    opening, there = asyncio.Semaphore(AT_ONCE), asyncio.Barrier(len(share.seeds))
    people = [Watcher(asked, seed, seconds) for seed in share.seeds]
    await asyncio.gather(*(person.watch(share.host, opening, there) for person in people))
    return [wait for person in people for wait in person.waits], sum(person.points for person in people)


class Watcher:
    """One person, who stays so long after all have begun, and until a drawing asked for since then has begun."""

    def __init__(self, asked: Asked, seed: int, seconds: float) -> None:
        self._asked = asked
        self._seed = seed
        self._seeds = count(seed, 100_000)
        self._seconds = seconds
        self._waiting = False
        self.waits = list[float]()  # for first points of drawings that were asked for while it is measured
        self.points = 0  # that came while it is measured

    async def watch(self, host: str, opening: asyncio.Semaphore, there: asyncio.Barrier) -> None:
        """Come, wait until all are there, and watch."""
        seconds = self._seconds
        async with AsyncExitStack() as stack:
            async with opening:
                path = f"/ws/draw/{self._asked.slugs[0]}?wait=1"
                self._socket = await stack.enter_async_context(open_socket(host, path, self._hear))
            await there.wait()
            self._begin = time.monotonic() + seconds
            self._end = self._begin + seconds
            await asyncio.sleep(random.Random(self._seed).random() * seconds / 2)  # noqa: S311 - not all begin together
            self._ask()
            await self._socket.stay(self._end - time.monotonic())
            while not self.waits:
                await self._socket.stay(LOOKING)

    def _ask(self) -> None:
        self._asking, self._waiting = time.monotonic(), True
        self._socket.send({"type": "draw", "system": self._asked.system, "pace": PACE, "seed": next(self._seeds)})

    def _hear(self, message: bytes) -> None:
        if message.startswith(END):
            self._ask()
        elif message.startswith(POINTS):
            now = time.monotonic()
            if self._waiting and self._asking >= self._begin:
                self.waits.append(now - self._asking)
            self._waiting = False
            if self._begin <= now < self._end:
                self.points += points_of(message)
