"""How a service ends, whatever serves it: what is drawn has its time, and who is cut off learns how to go on."""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol

from app.engine.engine import Engine

CLOSING_SECONDS = 2.0  # for those who are cut off to hear it
LOOKING_SECONDS = 0.05  # from one look to the next


class Ending(Protocol):
    """What a client holds, and what has to be told that the service ends."""

    def service_ends(self) -> None: ...


class Draining:
    """First nothing new begins, then what runs has up to `grace` seconds, then the rest is cut off."""

    def __init__(self, engine: Engine, grace: float, is_writing: Callable[[], bool]) -> None:
        """`is_writing`: whether pictures of drawings are being made."""
        self.begun = False
        self.refuses = False  # what comes new
        self.sockets: set[Ending] = set()  # told when it begins: those that draw nothing close
        self.lives: set[Ending] = set()  # live drawings on their way to a client, told when they are cut off
        self._engine = engine
        self._grace = grace
        self._is_writing = is_writing
        self._finishing: asyncio.Task[None] | None = None

    def begin(self, *, refuse: bool = True) -> None:
        """Begin nothing new; what is drawn goes on.

        `refuse`: False where a router sends what is new elsewhere from now on; what it sent before is then still drawn.
        """
        if refuse and not self.refuses:
            self.refuses = True
            self._engine.drain()
        if self.begun:
            return
        self.begun = True
        for each in list(self.sockets):
            each.service_ends()

    def is_idle(self) -> bool:
        """Whether nothing is being drawn, or on its way to a client."""
        return self._engine.is_idle() and not self.lives and not self._is_writing()

    def give_up(self) -> None:
        """Cut off what is still drawn; its clients are told."""
        self._engine.give_up()
        for each in list(self.lives):
            each.service_ends()

    async def finish(self) -> None:
        """Begin, wait for what runs, and cut off the rest; whoever asks again waits for the same end."""
        if self._finishing is None:
            self.begin()
            self._finishing = asyncio.create_task(self._finish())
        await asyncio.shield(self._finishing)

    async def _finish(self) -> None:
        await _until(self.is_idle, self._grace)
        self.give_up()
        await _until(lambda: self.is_idle() and not self.sockets, CLOSING_SECONDS)


async def _until(condition: Callable[[], bool], seconds: float) -> None:
    """Wait until it holds, but no longer than that."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:  # noqa: ASYNC110 - the engine's thread tells nobody
        await asyncio.sleep(LOOKING_SECONDS)
