"""Whose request begins next, where more come than can begin at once: one of each client in turn."""

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from app.middleware.api_keys import client_address
from app.middleware.start_line import StartLine

AT_ONCE = 4  # requests that begin between two looks at what else there is to do: each takes a millisecond or two


class FairStarts:
    """Lets few requests begin in a turn of the event loop, and one of each client in turn.

    The loop goes through all that is ready before it looks at anything new. Of hundreds of requests that came together
    it would begin every one, and each step of anybody else's would wait for all of them.
    """

    def __init__(self, app: ASGIApp, *, rests: bool = True) -> None:
        """`rests`: whether the crowd of one client leaves half of the time to others."""
        self._app = app
        self._left = AT_ONCE  # that may begin before the next turn
        self._line: StartLine[asyncio.Future[None]] = StartLine(rests=rests)
        self._turn: asyncio.Handle | None = None
        self._rests = False  # whether that is the end of a rest

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan" and (turn := self._turn_of(scope)) is not None:
            await turn
        await self._app(scope, receive, send)

    def _turn_of(self, scope: Scope) -> asyncio.Future[None] | None:
        """What a request waits for before it begins; None where it may at once."""
        loop = asyncio.get_running_loop()
        host, _ = scope.get("client") or ("", 0)
        client = client_address(host)
        if client not in self._line:
            self._look_soon(loop)
            if self._left:
                self._left -= 1
                return None
        turn = loop.create_future()
        self._line.join(client, turn)
        return turn

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        """Be called in the next turn, also where only the end of a rest is waited for."""
        if self._turn is not None and self._rests:
            self._turn.cancel()
            self._turn = None
        if self._turn is None:
            self._turn, self._rests = loop.call_soon(self._next), False

    def _next(self) -> None:
        """A turn of the event loop is over."""
        loop = asyncio.get_running_loop()
        now = loop.time()
        rest = self._line.rest(now)
        self._turn, self._left = None, AT_ONCE
        while self._left and (turn := self._line.next(now)) is not None:
            if not turn.done():  # else its task was cancelled
                self._left -= 1
                turn.set_result(None)
        if self._left < AT_ONCE:
            self._turn, self._rests = loop.call_soon(self._next), False
        elif len(self._line):
            self._turn, self._rests = loop.call_later(rest, self._next), True
