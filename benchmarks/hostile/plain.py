"""Clients that behave, from an address of their own: how long they wait, and what they lose."""

import asyncio
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import orjson
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

ADDRESS = "127.0.0.2"
EVERY = 0.05  # seconds from one request to the next, answered or not
ANSWER_SECONDS = 20.0
WATCHERS = 4
OK = 200


@dataclass
class Experience:
    """Seconds that each answer took, by path; and what was lost, by what it was."""

    waits: dict[str, list[float]] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)


async def live_plainly(host: str, category: str, seconds: float) -> Experience:
    """Ask for a drawing and for `/healthz` steadily, and watch drawings over WebSockets to their end."""
    seen = Experience()
    until = time.monotonic() + seconds
    paths = (f"/draw/{category}", "/healthz")
    await asyncio.gather(
        *(_ask_steadily(host, path, until, seen) for path in paths),
        *(_watch(host, category, until, seen) for _ in range(WATCHERS)),
    )
    return seen


async def _ask_steadily(host: str, path: str, until: float, seen: Experience) -> None:
    """A request every so often, each on a connection of its own, whether those before it are answered or not."""
    seen.waits[path] = []
    async with asyncio.TaskGroup() as group:
        while time.monotonic() < until:
            group.create_task(_ask(host, path, seen))
            await asyncio.sleep(EVERY)


async def _ask(host: str, path: str, seen: Experience) -> None:
    since = time.perf_counter()
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            status = await _status(host, path)
        if status != OK:
            seen.lost[f"status {status} of {path}"] += 1
    except (OSError, EOFError, TimeoutError) as error:
        seen.lost[f"{type(error).__name__} of {path}"] += 1
    seen.waits[path].append(time.perf_counter() - since)


async def _status(host: str, path: str) -> int:
    name, port = host.split(":")
    reader, writer = await asyncio.open_connection(name, int(port), local_addr=(ADDRESS, 0))
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return int((await reader.read()).split(b" ", 2)[1])
    except IndexError:
        raise EOFError from None
    finally:
        writer.transport.abort()


async def _watch(host: str, category: str, until: float, seen: Experience) -> None:
    """Drawings, one after the other on one WebSocket; one that is cut, or a socket that is, is lost."""
    try:
        async with _connect(host, category) as socket:
            while time.monotonic() < until:
                await socket.send('{"type":"draw"}')
                async with asyncio.timeout(ANSWER_SECONDS):
                    await _to_the_end(socket, seen)
    except InvalidStatus as refusal:
        seen.lost[f"WebSocket refused with {refusal.response.status_code}"] += 1
    except (ConnectionClosed, OSError, EOFError, TimeoutError) as error:
        seen.lost[f"WebSocket: {type(error).__name__}"] += 1


async def _to_the_end(socket: ClientConnection, seen: Experience) -> None:
    while True:
        message = orjson.loads(await socket.recv(decode=False))
        if message["type"] == "error" or message.get("reason") == "error":
            seen.lost[f"drawing cut: {message['problem']['title']}"] += 1
        if message["type"] in ("end", "error"):
            return


async def hold(host: str, category: str, sockets: int, seconds: float) -> Counter[str]:
    """Hold so many WebSockets, half of which draw, until the service closes them; by which code it closed each."""
    return Counter(await asyncio.gather(*(_held(host, category, i, seconds) for i in range(sockets))))


async def _held(host: str, category: str, number: int, seconds: float) -> str:
    try:
        async with asyncio.timeout(seconds), _connect(host, category) as socket:
            if number % 2:
                await socket.send('{"type":"draw","pace":5}')
            while True:
                await socket.recv(decode=False)
    except ConnectionClosed as closed:
        return "none" if closed.rcvd is None else str(closed.rcvd.code)
    except InvalidStatus as refusal:
        return f"refused: {refusal.response.status_code}"
    except (OSError, EOFError, TimeoutError) as error:
        return type(error).__name__


def _connect(host: str, category: str) -> connect:
    """A WebSocket that waits for what it is to draw."""
    return connect(
        f"ws://{host}/ws/draw/{category}?wait=1",
        compression=None,
        local_addr=(ADDRESS, 0),
        open_timeout=ANSWER_SECONDS,
        ping_interval=None,
    )


def percentile(seconds: Sequence[float], part: float) -> float:
    """In milliseconds: of so many that took no longer."""
    ordered = sorted(seconds)
    return round(ordered[min(len(ordered) - 1, int(part * len(ordered)))] * 1000, 1)
