"""Visitors of a service over HTTP: so many at a time, or at moments of their own whatever the service does.

For a process of its own: `run(visit_at, ...)` of `benchmarks.clients`.
"""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from typing import cast

import httptools

PATIENCE = 60.0  # seconds for the last answers
MARGIN = 0.1  # seconds until the first request


@dataclass
class Visits:
    """What came of requests, by their number: when each was sent, what it took; how many failed, by status or 0.

    `begun`: the time on the system's clock that the others count from.
    """

    begun: float = 0.0
    seconds: dict[int, float] = field(default_factory=dict)
    sent: dict[int, float] = field(default_factory=dict)
    failed: Counter[int] = field(default_factory=Counter)


class Visitor(asyncio.Protocol):
    """One connection, for one request at a time. `on_answer` is called with its status."""

    def __init__(self, host: str) -> None:
        self._host = host
        self.on_answer: Callable[[int], None] = lambda _: None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self.on_answer(0)

    def on_message_complete(self) -> None:
        """The answer is whole, as httptools says it."""
        self.on_answer(self._parser.get_status_code())

    def ask(self, path: str) -> None:
        """Send a request."""
        self._parser = httptools.HttpResponseParser(self)
        self._transport.write(f"GET {path} HTTP/1.1\r\nHost: {self._host}\r\nAccept: */*\r\n\r\n".encode())

    def close(self) -> None:
        """Nothing more is asked."""
        self.on_answer = lambda _: None
        self._transport.close()


async def _open(host: str) -> Visitor:
    name, port = host.split(":")
    _, visitor = await asyncio.get_running_loop().create_connection(lambda: Visitor(host), name, int(port))
    return visitor


async def visit_at(host: str, paths: Sequence[str], times: Sequence[float], connections: int) -> Visits:
    """Ask for each path at its time, in seconds from now, over a free connection; a new one where none is free."""
    crowd, loop = _Crowd(host, len(paths)), asyncio.get_running_loop()
    for _ in range(connections):
        await crowd.join()
    begin = crowd.visits.begun = loop.time() + MARGIN
    tasks = []
    for number, moment in enumerate(times):
        if (wait := begin + moment - loop.time()) > 0:
            await asyncio.sleep(wait)
        crowd.visits.sent[number] = loop.time() - begin
        if crowd.free:
            crowd.ask(number, paths[number], crowd.free.pop())
        else:
            tasks.append(loop.create_task(crowd.ask_anew(number, paths[number])))
    async with asyncio.timeout(PATIENCE):
        await crowd.done.wait()
    crowd.leave()
    return crowd.visits


class _Crowd:
    """Connections, those that are free, and what came of so many requests."""

    def __init__(self, host: str, requests: int) -> None:
        self.visits = Visits()
        self.free: list[Visitor] = []
        self.done = asyncio.Event()
        self._host = host
        self._everyone: list[Visitor] = []
        self._left = requests

    async def join(self) -> None:
        """One more connection that is free."""
        visitor = await _open(self._host)
        self._everyone.append(visitor)
        self._rest(visitor)

    def ask(self, number: int, path: str, visitor: Visitor) -> None:
        """Have one that is not free any more ask for a path."""
        visitor.on_answer = partial(self._answered, number, time.perf_counter(), visitor)
        visitor.ask(path)

    async def ask_anew(self, number: int, path: str) -> None:
        """Ask over a new connection."""
        visitor = await _open(self._host)
        self._everyone.append(visitor)
        self.ask(number, path, visitor)

    def leave(self) -> None:
        """Close everything."""
        for visitor in self._everyone:
            visitor.close()

    def _answered(self, number: int, since: float, visitor: Visitor, status: int) -> None:
        if status == 200:
            self.visits.seconds[number] = time.perf_counter() - since
            self._rest(visitor)
        else:
            self.visits.failed[status] += 1
            visitor.close()
        self._left -= 1
        if not self._left:
            self.done.set()

    def _rest(self, visitor: Visitor) -> None:
        self.free.append(visitor)
        visitor.on_answer = lambda _: self.free.remove(visitor)  # the service closes what is idle


async def visit_in_turn(host: str, paths: Sequence[str], clients: int, seconds: float) -> int:
    """How many answers so many clients have in a time, each of which asks once, and again when it is answered."""
    numbers, answers, until = count(), 0, time.monotonic() + seconds

    async def one() -> None:
        nonlocal answers
        visitor = await _open(host)
        answered_one = False
        while not answered_one or time.monotonic() < until:
            answered: asyncio.Future[int] = asyncio.get_running_loop().create_future()
            visitor.on_answer = answered.set_result
            visitor.ask(paths[next(numbers) % len(paths)])
            if await answered != 200:
                raise ConnectionError("a drawing is not answered")
            answers += 1
            answered_one = True
        visitor.close()

    await asyncio.gather(*(one() for _ in range(clients)))
    return answers
