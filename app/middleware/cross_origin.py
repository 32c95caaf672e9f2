"""What pages of other origins may read and send (CORS, https://fetch.spec.whatwg.org/#http-cors-protocol)."""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.middleware.cors import CORSMiddleware
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.middleware.api_keys import HEADER as KEY_HEADER

OPEN = re.compile(r"/(draw|between|complete|categories)(/.*)?")  # drawings, and what there is to draw
READING = frozenset({"GET", "HEAD"})
ALLOWED = {  # in every answer, whoever asks: what a cache has of an <img> is then good for a script, too
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "*",
}
FIELDS = [(name.lower().encode(), value.encode()) for name, value in ALLOWED.items()]
DEFAULT_PORTS = {"http": 80, "https": 443}  # which browsers leave out
ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
PREFLIGHT = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "*",
    "Access-Control-Max-Age": "86400",
}


def parse_origin(text: str) -> str:
    """An origin as browsers send it: in small letters, without the port of its scheme; `*` is every one.

    Raises ValueError for what no browser would send, so that no page is refused because of a spelling.
    """
    origin = text.lower().removesuffix("/")
    if origin in ("*", "null"):  # null: pages that are files, or shut in by `sandbox`
        return origin
    if not ORIGIN.fullmatch(origin):
        raise ValueError("Should be like https://your.page or http://localhost:3000, without path or pattern, or *")
    parts = urlsplit(origin)
    return origin.removesuffix(f":{parts.port}") if parts.port == DEFAULT_PORTS.get(parts.scheme, 0) else origin


def is_open(path: str) -> bool:
    """Whether pages of all origins may read what is at a path, where no keys are needed."""
    return OPEN.fullmatch(path) is not None


class CrossOrigin:
    """Lets every page read drawings where the service needs no keys, and pages of some origins do all that it does."""

    def __init__(self, app: ASGIApp, *, origins: Sequence[str], keys: bool) -> None:
        """`origins`: whose pages may do more than read; `*` is every one. `keys`: a client brings one to draw."""
        self._app = app
        self._keys = keys
        self._rest: ASGIApp = app
        if origins:
            self._rest = CORSMiddleware(
                app,
                allow_origins=origins,
                allow_methods=["GET", "HEAD", "POST"],
                allow_headers=["Content-Type", *(["Authorization", KEY_HEADER] if keys else [])],
                expose_headers=["*"],
            )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._keys or scope["type"] != "http" or not is_open(scope["path"]):
            await self._rest(scope, receive, send)
        elif scope["method"] in READING:
            await self._app(scope, receive, _allowing(send))
        elif scope["method"] == "OPTIONS" and _asks_to_read(scope):
            await Response(status_code=204, headers=PREFLIGHT)(scope, receive, send)
        else:
            await self._rest(scope, receive, send)


def _asks_to_read(scope: Scope) -> bool:
    headers = Headers(scope=scope)
    return "origin" in headers and headers.get("access-control-request-method") in READING


def _allowing(send: Send) -> Send:
    """Say of an answer that every page may read it."""

    async def send_allowing(message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message.get("headers", ()), *FIELDS]}
        await send(message)

    return send_allowing
