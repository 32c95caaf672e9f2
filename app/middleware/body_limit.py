"""Bounds on the bodies of requests: how long they are, and how long they take."""

import asyncio

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECONDS = 20.0  # for a body to arrive, from when somebody reads it
WITHOUT = frozenset({"GET", "HEAD", "OPTIONS"})  # methods whose bodies mean nothing (RFC 9110, section 9.3.1)


class BodyLimit:
    """Raises 413 or 408 in the handler that reads a body of more than `limit` bytes, or for more than `seconds`.

    And 415 for one that is compressed: it could be of any length.

    So the application answers it like any other error. Nobody reads the body of a GET, so what comes of it is dropped:
    a handler that listens for the client's leaving hears of nothing else.
    """

    def __init__(self, app: ASGIApp, limit: int, seconds: float = SECONDS) -> None:
        self._app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] in WITHOUT:
            await self._app(scope, _without_body(receive), send)
            return
        read, late, more = 0, 0.0, True
        coding = Headers(raw=scope.get("headers", [])).get("content-encoding", "identity")

        async def receive_some() -> Message:
            nonlocal read, late, more
            if coding.strip().lower() != "identity":
                raise HTTPException(415, f"The body should not be compressed; its Content-Encoding is {coding[:40]!r}.")
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


def _without_body(receive: Receive) -> Receive:
    """Messages of a request that has no body, and then that the client has gone."""
    is_begun = False

    async def receive_none() -> Message:
        nonlocal is_begun
        if not is_begun:
            is_begun = True
            return {"type": "http.request", "body": b"", "more_body": False}
        while (message := await receive())["type"] == "http.request":
            pass
        return message

    return receive_none
