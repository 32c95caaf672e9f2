"""A light HTTP client that keeps its connections busy: one request after the other on each of them.

As a process of its own, `python -m benchmarks.asking HOST PORT PATH...`, it reads commands from standard input, one a
line: the index of a path and the number of requests. For each it prints one line of JSON, a `Tally`.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import cast

import httptools
import uvloop

CONNECTIONS = 16  # enough that the server never waits for the client
PATIENCE = 60.0  # seconds without an answer after which a request is lost


@dataclass
class Tally:
    """What came of some requests: how long all took, and each; how many of each status and X-Cache; how many lost."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    statuses: Counter[str] = field(default_factory=Counter)
    caches: Counter[str] = field(default_factory=Counter)
    seeds: list[str] = field(default_factory=list)
    lost: int = 0


class Connection(asyncio.Protocol):
    """Asks again as soon as it is answered, until the work is used up."""

    def __init__(self, request: bytes, work: Iterator[int], tally: Tally, *, keep_seeds: bool) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._request = request
        self._work = work
        self._tally = tally
        self._keep_seeds = keep_seeds
        self.answers = 0
        self._since = 0.0
        self._open = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._parser.feed_data(data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's signature
        self._tally.lost += self._open
        if not self.done.done():
            self.done.set_result(None)

    def on_header(self, name: bytes, value: bytes) -> None:
        """Of an answer, as httptools calls it."""
        if name == b"x-cache":
            self._tally.caches[value.decode()] += 1
        elif self._keep_seeds and name == b"x-inkstream-seed":
            self._tally.seeds.append(value.decode())

    def on_message_complete(self) -> None:
        """The answer is whole."""
        self._tally.latencies.append(time.perf_counter() - self._since)
        self._tally.statuses[str(self._parser.get_status_code())] += 1
        self._open = False
        self.answers += 1
        self._ask()

    def _ask(self) -> None:
        if next(self._work, None) is None:
            self._transport.close()
            return
        self._parser = httptools.HttpResponseParser(self)
        self._open = True
        self._since = time.perf_counter()
        self._transport.write(self._request)


async def load(
    host: str, port: int, path: str, work: Iterator[int], *, connections: int = CONNECTIONS, keep_seeds: bool = False
) -> Tally:
    """Ask for `path` once for each item of `work`."""
    tally = Tally()
    request = f"GET {path} HTTP/1.1\r\nHost: {host}:{port}\r\nAccept: */*\r\n\r\n".encode()
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()

    async def one() -> None:
        _, connection = await loop.create_connection(
            lambda: Connection(request, work, tally, keep_seeds=keep_seeds), host, port
        )
        before = -1
        while not connection.done.done() and connection.answers > before:
            before = connection.answers
            await asyncio.wait({connection.done}, timeout=PATIENCE)
        tally.lost += not connection.done.done()

    await asyncio.gather(*(one() for _ in range(connections)))
    tally.seconds = time.perf_counter() - begun
    return tally


def main(arguments: Sequence[str]) -> int:
    """Follow commands until standard input ends."""
    host, port, *paths = arguments
    for line in sys.stdin:
        path, count = line.split()
        tally = uvloop.run(load(host, int(port), paths[int(path)], iter(range(int(count)))))
        print(json.dumps(vars(tally)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
