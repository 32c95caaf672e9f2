"""Clients of all kinds: those that behave, those that change their mind, and those that do not behave."""

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus, WebSocketException

ANSWER_SECONDS = 60.0  # for one that behaves; the service gives a drawing up after 30
FORMS = ("svg", "json", "png", "gif", "ndjson", "json&count=8", "svg&count=8", "json&best=4", "svg&best=2&count=4")
BUSY = (429, 503)
PREFIX = [[[0, 0], [40, -60], [80, 0]]]
LAST = 4242  # seed of a drawing that is to be told from others
FENCE = {"type": "change", "temp_xy": -1}  # is answered by an error in its turn: what was sent before it is done with

Outcome = Counter[str]


class Unanswered(Exception):
    """One that behaves was not answered as it should be."""


class Client:
    """One client, which does what its random numbers say until it is told to stop."""

    def __init__(self, host: str, seed: int, categories: Sequence[str]) -> None:
        self._host = host
        self._random = random.Random(seed)  # noqa: S311 - not for secrets
        self._categories = categories
        self.outcome: Outcome = Counter()

    async def run(self, until: float) -> None:
        """Do one thing after the other; whatever is not answered is counted, and what it was."""
        good = (self.asks, self.asks, self.likens, self.watches, self.listens, self.changes, self.guesses)
        ways = (*good, self.vanishes, self.mutes, self.garbles)
        while time.monotonic() < until:
            way = self._random.choice(ways)
            try:
                async with asyncio.timeout(ANSWER_SECONDS):
                    await way()
                self.outcome[way.__name__] += 1
            except (Unanswered, TimeoutError, OSError, WebSocketException, EOFError) as error:
                self.outcome[f"failed: {way.__name__}: {type(error).__name__} {error}"[:200]] += 1

    async def asks(self) -> None:
        """For a drawing in any form."""
        status, body = await self._get(f"/draw/{self._category()}?format={self._random.choice(FORMS)}")
        if status != 200 and status not in BUSY:
            raise Unanswered(status)
        self.outcome[f"status {status}"] += 1
        if status == 200 and not body:
            raise Unanswered("nothing")

    async def likens(self) -> None:
        """Others like one of ours, or what lies between two; 422 says that no network of these categories reads any."""
        category, seed = self._category(), self._random.randrange(99)
        status, body = await self._get(
            self._random.choice(
                (
                    f"/draw/{category}?like={seed}&closeness=1",
                    f"/draw/{category}?like={seed}&format=json&count=3",
                    f"/between/{category}/{self._category()}?steps=4&format=gif",
                )
            )
        )
        if status not in (200, 422, *BUSY) or not body:
            raise Unanswered(status)

    async def watches(self) -> None:
        """A drawing over a WebSocket, to its end."""
        await self._on_socket(self._to_the_end)

    async def listens(self) -> None:
        """To a drawing as events."""
        status, body = await self._get(f"/draw/{self._category()}/stream")
        if status not in BUSY and (status != 200 or b"event: end" not in body):
            raise Unanswered(status)

    async def changes(self) -> None:
        """Its mind: other temperatures, another drawing, one to be finished, none."""

        async def talk(socket: ClientConnection) -> None:
            for message in (
                {"type": "change", "temp_xy": 1.5},
                {"type": "draw", "category": self._category(), "pace": 200},
                {"type": "draw", "strokes": PREFIX},
                {"type": "stop"},
                FENCE,
                {"type": "draw", "category": self._category(), "seed": LAST},
                FENCE,
            ):
                await socket.send(json.dumps(message))
                await asyncio.sleep(self._random.random() * 0.05)
            await self._to_the_last(socket)

        await self._on_socket(talk)

    async def guesses(self) -> None:
        """What a drawing shows: once it is drawn, or while it is, or to have it finished as that."""
        if self._random.random() < 0.5:
            await self._on_socket(self._to_the_last_guess, "?wait=true")
            return
        path = self._random.choice(("/recognise", "/complete"))
        status, body = await self._get(path, json.dumps({"strokes": PREFIX}).encode())
        if status not in BUSY and (status != 200 or b'"guesses":' not in body):
            raise Unanswered(status)

    async def vanishes(self) -> None:
        """In the middle of anything, without a word."""
        category = self._category()
        paths = (
            f"/draw/{category}/stream?pace=30",
            f"/draw/{category}?format=gif&count=4",
            f"/draw/{category}?count=16",
        )
        if self._random.random() < 0.5:
            await self._on_socket(self._hangs_up, "?pace=30")
            return
        _, writer = await self._open(self._random.choice(paths))
        await asyncio.sleep(self._random.random() * 0.3)
        writer.transport.abort()

    async def mutes(self) -> None:
        """It asks, and reads nothing of the answer."""
        _, writer = await self._open(f"/draw/{self._category()}/stream")
        writer.transport.pause_reading()  # type: ignore[attr-defined] # those of sockets have it
        await asyncio.sleep(1 + self._random.random())
        writer.transport.abort()

    async def garbles(self) -> None:
        """What is no HTTP, or messages that make no sense."""
        if self._random.random() < 0.5:
            reader, writer = await asyncio.open_connection(*self._host.split(":"))
            writer.write(self._random.randbytes(200))
            await writer.drain()
            writer.write_eof()
            await reader.read()
            writer.transport.abort()
            return

        async def babble(socket: ClientConnection) -> None:
            for message in (
                "{",
                "[]",
                b"\0\1",
                '{"type":"draw","category":"nobody"}',
                '{"type":"change","temp_xy":-1}',
            ):
                await socket.send(message)
            errors = 0
            while errors < 5:
                errors += json.loads(await socket.recv())["type"] == "error"

        await self._on_socket(babble)

    async def _on_socket(self, talk: Callable[[ClientConnection], Awaitable[None]], query: str = "") -> None:
        try:
            async with connect(
                f"ws://{self._host}/ws/draw/{self._category()}{query}", compression=None, open_timeout=ANSWER_SECONDS
            ) as socket:
                await talk(socket)
        except InvalidStatus as refusal:
            if refusal.response.status_code not in BUSY:
                raise Unanswered(refusal.response.status_code) from None
            self.outcome["refused sockets"] += 1
            await asyncio.sleep(0.1)

    async def _to_the_end(self, socket: ClientConnection) -> None:
        while json.loads(await socket.recv())["type"] != "end":
            pass

    async def _to_the_last(self, socket: ClientConnection) -> None:
        """To the end of the drawing asked for between the fences, unless that is refused; others may be replaced."""
        fences, begun = 0, False
        while True:
            message = json.loads(await socket.recv())
            match message["type"]:
                case "error" if message["problem"]["status"] in BUSY and fences == 1:
                    return
                case "error":
                    fences += message["problem"]["status"] not in BUSY
                case "start":
                    begun = message["seed"] == LAST
                case "end" if begun:
                    return

    async def _to_the_last_guess(self, socket: ClientConnection) -> None:
        """The newest of those that pile up is answered, if there is room."""
        for number in range(5):
            await socket.send(json.dumps({"type": "guess", "strokes": PREFIX, "id": number}))
        while json.loads(await socket.recv())["id"] < 4:
            pass

    async def _hangs_up(self, socket: ClientConnection) -> None:
        await asyncio.sleep(self._random.random() * 0.3)
        socket.transport.abort()

    async def _get(self, path: str, posted: bytes | None = None) -> tuple[int, bytes]:
        reader, writer = await self._open(path, posted)
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            return int(head.split(b" ", 2)[1]), await reader.read()
        finally:
            writer.close()

    async def _open(self, path: str, posted: bytes | None = None) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection(*self._host.split(":"))
        head = f"{'GET' if posted is None else 'POST'} {path} HTTP/1.1\r\nHost: {self._host}\r\nConnection: close\r\n"
        if posted is not None:
            head += f"Content-Type: application/json\r\nContent-Length: {len(posted)}\r\n"
        writer.write(f"{head}\r\n".encode() + (posted or b""))
        await writer.drain()
        return reader, writer

    def _category(self) -> str:
        return self._random.choice(self._categories)


async def storm(host: str, categories: Sequence[str], *, clients: int, seconds: float) -> Outcome:
    """So many clients at once for so long; what they did, and what was not answered as `failed: ...`."""
    everyone = [Client(host, seed, categories) for seed in range(clients)]
    until = time.monotonic() + seconds
    await asyncio.gather(*(client.run(until) for client in everyone))
    return sum((client.outcome for client in everyone), Counter())
