"""Each request: an id, a line in the log, and a count."""

import logging
import random
import re
import time
from contextvars import ContextVar
from functools import cache
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.engine.metrics import Metrics

log = logging.getLogger(__name__)

REQUEST_ID = b"x-request-id"
SEED = re.compile(r"(?s)(?<=/seed/).+")  # of a drawing's path: a name, perhaps, which is nobody's business
PLAIN = re.compile(r"[A-Za-z0-9._/-]*")
LONGEST_PATH = 1000  # characters of it in the log
SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")  # what is taken over from a client: it goes into the log
request_id: ContextVar[str] = ContextVar("request_id", default="-")


class Telemetry:
    """Names, logs and counts every request and WebSocket. The id of a client or proxy is kept where it is sane."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._counter = cache(metrics.requests.labels)  # there are few, and finding one takes long

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        given = next((value.decode("latin-1") for name, value in scope["headers"] if name == REQUEST_ID), "")
        name = given if SANE.fullmatch(given) else f"{random.getrandbits(64):016x}"
        token = request_id.set(name)
        status = 500
        begun = time.monotonic()

        async def send_named(message: Message) -> None:
            nonlocal status
            if message["type"] in ("http.response.start", "websocket.http.response.start", "websocket.accept"):
                status = message.get("status", 101)
                message = {**message, "headers": [*message.get("headers", ()), (REQUEST_ID, name.encode())]}
            await send(message)

        try:
            await self._app(scope, receive, send_named)
        finally:
            self._note(scope, status, time.monotonic() - begun)
            request_id.reset(token)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        method = scope.get("method", "WEBSOCKET")
        route = getattr(scope.get("route"), "path", "none")  # the template: one label for all categories
        self._counter(route, method if method in METHODS else "other", str(status)).inc()
        if not log.isEnabledFor(logging.INFO):
            return
        fields = {
            "method": method,
            "path": SEED.sub("*", scope["path"])[:LONGEST_PATH],
            "status": status,
            "ms": round(seconds * 1000, 1),
        }
        path = fields["path"]
        if not PLAIN.fullmatch(path):  # a space would end it
            path = quote(path, safe="/:@!$&'()*+,;=~", errors="replace")
        log.info("%(method)s %(path)s %(status)s %(ms)s ms", {**fields, "path": path}, extra=fields)


METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "WEBSOCKET"})
