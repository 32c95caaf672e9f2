"""Guesses at what is drawn, while somebody draws it: on one WebSocket, each drawing instead of the one before."""

import asyncio
from collections.abc import Awaitable, Callable

from app.errors import AppError
from app.formats import messages
from app.routes.given.seeing import see
from app.routes.service import Service

REST = 0.1  # seconds from one guess to the next: nobody reads faster, and others draw too


class Guesser:
    """Guesses at the newest drawing that the client sent; those before it that still wait are dropped."""

    def __init__(self, service: Service, path: str, send: Callable[[bytes], Awaitable[bool]]) -> None:
        """`send`: sends a message; False once the client takes none. `path`: of the WebSocket, for problems."""
        self._service = service
        self._path = path
        self._send = send
        self._newest: messages.Guess | None = None
        self._asked = asyncio.Event()

    def ask(self, guess: messages.Guess) -> None:
        """Guess at this next."""
        self._newest = guess
        self._asked.set()

    async def run(self) -> None:
        """Guess until the client takes no more messages."""
        while True:
            await self._asked.wait()
            self._asked.clear()
            assert self._newest is not None
            if not await self._send(await self._answer(self._newest)):
                return
            await asyncio.sleep(REST)

    async def _answer(self, asked: messages.Guess) -> bytes:
        try:
            return messages.guesses(await see(self._service, asked), asked)
        except AppError as error:
            return messages.refusal(error, self._path, asked.id)
