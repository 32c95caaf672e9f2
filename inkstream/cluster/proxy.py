"""What Serve's proxies say to WebSockets whose replica is lost, with its node or by itself: a close frame.

`RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH=inkstream.cluster.proxy:middlewares` in the environment of `ray start`.
"""

from contextlib import suppress

from starlette.middleware import Middleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

RESTART = 1012  # close code of IANA's registry; the service's own sockets say it when it stops
LOST = "the service is lost: connect again and draw with seed and resume"


def middlewares() -> list[Middleware]:
    """For Serve, which asks for them when a proxy starts."""
    return [Middleware(ClosesSockets)]


class ClosesSockets:
    """Closes a WebSocket that the application left open; the proxy itself would cut the connection."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let everything pass, and close in the end what is open."""
        if scope["type"] != "websocket":
            await self._app(scope, receive, send)
            return
        is_open = False

        async def send_noted(message: Message) -> None:
            nonlocal is_open
            is_open = message["type"] == "websocket.accept" or (is_open and message["type"] != "websocket.close")
            await send(message)

        async def receive_noted() -> Message:
            nonlocal is_open
            message = await receive()
            is_open = is_open and message["type"] != "websocket.disconnect"
            return message

        await self._app(scope, receive_noted, send_noted)
        if is_open:
            with suppress(RuntimeError, OSError):  # the client went at this moment
                await send({"type": "websocket.close", "code": RESTART, "reason": LOST})
