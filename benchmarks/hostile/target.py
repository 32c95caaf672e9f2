"""What attackers share: connections from one address, requests over them, and what came of each."""

import asyncio
import os
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

ADDRESS = "127.0.0.1"  # of attackers; plain clients have another, for limits are by address
PAUSE = 0.05  # seconds that a client takes from one thing to the next
COMING_SECONDS = 1.0  # from the first of them to the last
REFUSED = 400  # the least status of a refusal
NICE = 10  # of attackers: elsewhere they have processors of their own, and do not slow a service by what they compute

T = TypeVar("T")

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(frozen=True, slots=True)
class Target:
    """A service, what it is asked to draw, and what it did about it."""

    host: str
    category: str
    outcome: Counter[str] = field(default_factory=Counter)

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Streams]:
        """A connection, dropped at the end without a word."""
        host, port = self.host.split(":")
        reader, writer = await asyncio.open_connection(host, int(port), local_addr=(ADDRESS, 0))
        try:
            yield reader, writer
        finally:
            writer.transport.abort()

    def request(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> bytes:
        """A whole request, after which the connection is to be closed; headers of its own come last."""
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}"]
        named = {name.lower() for name in headers or {}}
        if "connection" not in named:
            lines.append("Connection: close")
        if body and "content-length" not in named:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body

    async def ask(self, request: bytes, *, read: bool = True) -> bytes:
        """Send it, and read the answer to its end, or its head alone; its status is counted."""
        async with self.connection() as (reader, writer):
            writer.write(request)
            return await self.answer(reader, read=read)

    async def answer(self, reader: asyncio.StreamReader, *, read: bool = True) -> bytes:
        """Read an answer to its end, or its head alone; its status is counted."""
        head = await reader.readuntil(b"\r\n\r\n")
        status = int(head.split(b" ", 2)[1])
        self.outcome[f"status {status}"] += 1
        return head + await reader.read() if read else head

    def refusals(self) -> int:
        """Requests that were refused."""
        return sum(count for name, count in self.outcome.items() if name >= f"status {REFUSED}" and name < "status 9")


def attack_aside(work: Coroutine[Any, Any, T]) -> T:
    """The result of attackers, in a thread that gives way to the service and its plain clients, where that can be."""
    with ThreadPoolExecutor(1, "attackers", initializer=_give_way) as aside:
        return aside.submit(asyncio.run, work).result()


def _give_way() -> None:
    if sys.platform == "linux":  # where a thread has a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)


Act = Callable[[Target, random.Random], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Attack:
    """So many clients at a time, each of which does one thing again and again. `fault`: what it once brought about."""

    fault: int
    name: str
    clients: int
    act: Act

    async def run(self, target: Target, seconds: float) -> None:
        """Attack for so long; connections that the service closes on it are counted as `dropped`."""
        until = time.monotonic() + seconds
        tasks = [asyncio.create_task(self._client(target, seed, until)) for seed in range(self.clients)]
        try:
            await asyncio.wait(tasks, timeout=seconds)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
        for result in results:
            if isinstance(result, Exception):
                raise result

    async def _client(self, target: Target, seed: int, until: float) -> None:
        chance = random.Random(seed)  # noqa: S311 - not for secrets
        await asyncio.sleep(chance.random() * COMING_SECONDS)
        while time.monotonic() < until:
            try:
                await self.act(target, chance)
            except (OSError, EOFError):
                target.outcome["dropped"] += 1
            await asyncio.sleep(PAUSE)
