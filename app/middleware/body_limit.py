"""Bounds on the bodies of requests: how long they are, and how long they take."""

import asyncio

from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 20.0  # for a body to arrive, from when somebody reads it


class BodyLimit:
    """Raises 413 or 408 in the handler that reads a body of more than `limit` bytes, or for more than `seconds`.

    So the application answers it like any other error.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float = SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        read, late, more = 0, 0.0, True

        async def receive_some() -> Message:
            nonlocal read, late, more
            if not more:  # the next message says that the client has gone
                return await receive()
            late = late or asyncio.get_running_loop().time() + self._seconds
            try:
                async with asyncio.timeout_at(late):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(408, headers={"Connection": "close"}) from None
            read += len(message.get("body", b""))
            more = message.get("more_body", False)
            if read > self._limit:
                raise HTTPException(413)
            return message

        await self._app(scope, receive_some, send)
