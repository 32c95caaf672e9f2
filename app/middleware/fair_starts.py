"""Whose request begins next, where more come than can begin at once: one of each client in turn."""

import asyncio
from collections import OrderedDict, deque

from starlette.types import ASGIApp, Receive, Scope, Send

from app.middleware.api_keys import client_address

AT_ONCE = 4  # requests that begin between two looks at what else there is to do: each takes a millisecond or two


class FairStarts:
    """Lets few requests begin in a turn of the event loop, and one of each client in turn.

    The loop goes through all that is ready before it looks at anything new. Of hundreds of requests that came together
    it would begin every one, and each step of anybody else's would wait for all of them.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._left = AT_ONCE  # that may begin before the next turn
        self._waiting: OrderedDict[str, deque[asyncio.Future[None]]] = OrderedDict()
        self._turn: asyncio.Handle | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            await self._begin(scope)
        await self._app(scope, receive, send)

    async def _begin(self, scope: Scope) -> None:
        loop = asyncio.get_running_loop()
        if self._turn is None:
            self._turn = loop.call_soon(self._next)
        if self._left:
            self._left -= 1
            return
        host, _ = scope.get("client") or ("", 0)
        turn = loop.create_future()
        self._waiting.setdefault(client_address(host), deque()).append(turn)
        await turn

    def _next(self) -> None:
        """A turn of the event loop is over."""
        self._turn = asyncio.get_running_loop().call_soon(self._next) if self._waiting else None
        self._left = AT_ONCE
        while self._waiting and self._left:
            client, turns = self._waiting.popitem(last=False)
            turn = turns.popleft()
            if turns:
                self._waiting[client] = turns  # behind the others
            if not turn.done():  # its task was cancelled
                self._left -= 1
                turn.set_result(None)
