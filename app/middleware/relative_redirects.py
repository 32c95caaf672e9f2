"""Redirects from a path with a slash at its end to the one without, and back, for clients below any path of a proxy."""

from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.forwarded import prefix_of


class RelativeRedirects:
    """Makes such a redirect relative: Starlette names the whole address, as far as it knows it behind a proxy."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_relative(message: Message) -> None:
            if message["type"] == "http.response.start" and 300 <= message["status"] < 400:
                headers = MutableHeaders(scope=message)
                if "location" in headers:
                    headers["location"] = relative(scope["path"], headers["location"], prefix_of(HTTPConnection(scope)))
            await send(message)

        await self._app(scope, receive, send_relative)


def relative(path: str, location: str, prefix: str = "") -> str:
    """A redirect that adds or takes away the slash at the end of a path, relative to it; any other as it is.

    `prefix`: the path below which all of it lies, where the path is that one itself.
    """
    parts = urlsplit(location)
    here, there = path.rstrip("/"), parts.path.rstrip("/")
    if path.endswith("/") == parts.path.endswith("/") or here.count("/") != there.count("/"):
        return location
    last = (there or prefix).rpartition("/")[2]
    target = f"./{last}/" if parts.path.endswith("/") else "../" * (len(path) - len(here)) + last
    return f"{target}?{parts.query}" if parts.query else target
