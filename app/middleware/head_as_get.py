"""HEAD for every route that has GET."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class _HeadSent(Exception):
    """Ends a handler that would send more and more; never leaves this file."""


class HeadAsGet:
    """Answers HEAD with the headers of GET and no body (RFC 9110, section 9.3.2); FastAPI's routes would answer 405.

    Of an answer that comes in parts nothing is made but the first.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_head(message: Message) -> None:
            if message["type"] != "http.response.body":
                await send(message)
                return
            await send({**message, "body": b"", "more_body": False})
            if message.get("more_body", False):
                raise _HeadSent

        try:
            await self._app({**scope, "method": "GET"}, receive, send_head)
        except* _HeadSent:
            pass
