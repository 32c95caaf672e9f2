"""Clients of a service that last: they ask for one drawing after the other, and remember what went wrong."""

import asyncio
import json
import threading
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from types import TracebackType
from typing import Self

import httpx2
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.cluster.nodes import PATIENCE
from tests.cluster.serving import POINTS, Serving

ASKING, WATCHING = 4, 4
PAUSE = 0.05  # seconds between requests of a client, or there would be no CPU for replicas to start


class Lasting:
    """Some ask for whole drawings over HTTP and some watch them over WebSockets, in a thread, while `with` lasts."""

    def __init__(self, serving: Serving) -> None:
        self._serving = serving
        self._over = threading.Event()
        self._thread = ThreadPoolExecutor(1)
        self._running: Future[None] | None = None
        self.answers = 0
        self.drawings = 0
        self.lost: list[str] = []  # what went wrong
        self.codes: set[int | None] = set()  # with which WebSockets were closed between drawings

    def __enter__(self) -> Self:
        self._running = self._thread.submit(lambda: asyncio.run(self._all()))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.shutdown()
        assert self._running is not None
        self._running.result()

    async def _all(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(ASKING):
                tasks.create_task(self._ask(number))
            for number in range(WATCHING):
                tasks.create_task(self._watch(number))

    async def _ask(self, number: int) -> None:
        async with httpx2.AsyncClient(timeout=PATIENCE) as client:
            for seed in count(number, ASKING):
                if self._over.is_set():
                    return
                try:
                    answer = await client.get(f"{self._serving.url}/draw/cat?seed={seed}&format=json")
                except httpx2.HTTPError as error:
                    self.lost.append(repr(error))
                    continue
                self.answers += 1
                if answer.status_code != 200:
                    self.lost.append(f"{answer.status_code} {answer.text[:200]}")
                await asyncio.sleep(PAUSE)

    async def _watch(self, number: int) -> None:
        seeds = count(number, WATCHING)
        while not self._over.is_set():
            try:
                async with self._serving.socket("wait=1") as socket:
                    while not self._over.is_set():
                        await self._draw(socket, next(seeds))
            except ConnectionClosed as closed:
                self.codes.add(closed.rcvd.code if closed.rcvd else None)
            except (OSError, WebSocketException) as error:
                self.lost.append(f"no socket: {error!r}")
                await asyncio.sleep(1)

    async def _draw(self, socket: ClientConnection, seed: int) -> None:
        """One whole drawing. Raises ConnectionClosed where none begins."""
        rows, begun = 0, False
        try:
            await socket.send(json.dumps({"type": "draw", "seed": seed, "pace": 50, "temp_p": 0}))
            while (message := json.loads(await socket.recv()))["type"] != "end":
                begun = True
                rows += len(message.get("stroke5", ()))
        except ConnectionClosed as closed:
            if begun:
                self.lost.append(f"cut off after {rows} rows: {closed}")
            raise
        self.drawings += 1
        if rows != POINTS + 1:
            self.lost.append(f"{rows} rows, {message}")
