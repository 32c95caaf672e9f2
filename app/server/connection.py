"""Uvicorn's HTTP connection, with bounds on what a client may send, and how slowly, before its request is known.

It answers a faulty head with a problem document too, and closes the connection.
"""

import asyncio
import logging
from collections import deque
from http import HTTPStatus
from typing import cast

from uvicorn import Config
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.formats.problems import MEDIA_TYPE, of_status
from app.server.parser import Parser, encoded, without_offer
from app.server.peers import Peers
from app.server.transport import Transport

log = logging.getLogger(__name__)

HEAD_BYTES = 16_384  # request line and headers: proxies send as much at most
HEAD_SECONDS = 10.0  # for them to arrive, from the first byte of a connection or a request
LISTENING_SECONDS = 1.0  # for the answer to a client that has no more to say: most who close their side have hung up

DETAILS = {
    400: "This is not a request of HTTP/1.1; a space in its address, for one, is written %20.",
    408: f"The request line and headers did not arrive within {HEAD_SECONDS:g} seconds.",
    431: f"The request line and headers have more than {HEAD_BYTES} bytes.",
    429: "One client may have no more connections.",
    503: "As many connections are open as may be.",
}


class HeadTooLong(Exception):
    """Stops the parser; never leaves this file."""


def refusal(status: int, detail: str) -> bytes:
    """A whole answer for a client whose request was not read."""
    problem = of_status(status, detail, "")
    body = problem.model_dump_json(exclude_none=True).encode()
    head = (
        f"HTTP/1.1 {status} {problem.title}\r\ncontent-type: {MEDIA_TYPE}\r\ncontent-length: {len(body)}\r\n"
        "cache-control: no-store\r\nx-content-type-options: nosniff\r\nconnection: close\r\n"
    )
    if status in (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE):
        head += "retry-after: 5\r\n"
    return head.encode() + b"\r\n" + body


class Connection(HttpToolsProtocol):
    """One connection of a client until it closes, or becomes a WebSocket."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
        *,
        peers: Peers,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._peers = peers
        self._client: str | None = None  # as whose it is counted
        self.parser = Parser(self)  # type: ignore[assignment] # it has the same methods
        self._most, self.limit_concurrency = self.limit_concurrency, None  # answered here, in our words
        self._in_head = self._in_request = self._upgraded = self._says_no_more = self._declines = False
        self._come = self._parsed = 0  # bytes of this head: that came, and that were understood
        self._timer: asyncio.TimerHandle | None = None
        self._cycles: deque[RequestResponseCycle] = deque()  # requests that are not answered; uvicorn knows the last

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as in uvicorn
        """Begin to wait for a request; not for ever."""
        super().connection_made(cast("asyncio.Transport", Transport(transport, self.loop)))
        if self._most is not None and len(self.connections) > self._most:
            self._refuse(503)
            return
        self._client = self._peers.join(self.client[0] if self.client else "")
        if self._client is None:
            self._refuse(429)
        else:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more; every request whose answer is being made is told."""
        self._leave()
        self._wait_no_more()
        super().connection_lost(exc)
        self.pipeline.clear()
        for cycle in self._cycles:
            cycle.disconnected = True
            cycle.message_event.set()

    def data_received(self, data: bytes) -> None:
        """Parse; refuse a head that is too long, whether its parts are known yet or not."""
        if self.transport.is_closing():
            return
        super().data_received(data if self._in_request else encoded(data))
        if self.transport.is_closing() or self._upgraded:
            return
        if self._in_head:
            self._come += len(data)
            if self._come > HEAD_BYTES:
                self._refuse(431)
        elif not self._answers():
            self._wait()  # empty lines before a request are none

    def shutdown(self) -> None:
        """Close it once its answer is over; one that cannot be is dropped, and the others go on."""
        try:
            super().shutdown()
        except Exception:
            log.exception("a connection could not be closed")
            self.transport.abort()

    def eof_received(self) -> bool:  # type: ignore[override] # as in asyncio
        """The client says no more: it hung up, or listens still. An answer not yet begun is sent if it is quick."""
        self._says_no_more = True
        if self._in_head or not self._answers() or self.cycle.response_started:
            return False
        self.loop.call_later(LISTENING_SECONDS, self.transport.close)
        return True

    def on_response_complete(self) -> None:
        """An answer is over; the next request begins, if it has come."""
        self._cycles.popleft()
        super().on_response_complete()
        if self._says_no_more and not self._answers():
            self.transport.close()

    def on_message_begin(self) -> None:
        """A request begins."""
        self._in_head, self._in_request, self._come, self._parsed = True, True, 0, 0
        super().on_message_begin()
        self._wait()

    def on_url(self, url: bytes) -> None:
        """Its path and query, or some of them."""
        super().on_url(url)
        self._count(url)

    def on_header(self, name: bytes, value: bytes) -> None:
        """One of its headers, without the white space after it, which is no part of it (RFC 9112, section 5)."""
        value = value.rstrip(b" \t")
        super().on_header(name, value)
        self._count(name, value)

    def on_headers_complete(self) -> None:
        """All of them: the request is known, unless an upgrade is offered that is not taken."""
        self._declines = (
            self.parser.should_upgrade() and not self._should_upgrade() and self.parser.get_method() != b"CONNECT"
        )
        if self._declines:
            return  # the parser goes through them again, without the offer
        self._in_head = False
        self._wait_no_more()
        before = self.cycle
        super().on_headers_complete()
        if self.cycle is not before:
            self._cycles.append(self.cycle)

    def on_message_complete(self) -> None:
        """The body is over; it has not begun where an upgrade is declined."""
        if not self._declines:
            self._in_request = False
            super().on_message_complete()

    def head_without_offer(self) -> bytes | None:
        """The head that has just been read, without the upgrade that is declined; None where one is taken."""
        if not self._declines:
            return None
        return without_offer(self.parser.get_method(), self.url, self.parser.get_http_version(), self.headers)

    def handle_websocket_upgrade(self) -> None:
        """From here on the connection is a WebSocket's."""
        super().handle_websocket_upgrade()
        self._leave()
        self._upgraded = True

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """The parser stopped: because of the head's length, or because this is no request."""
        self._refuse(431 if self._parsed > HEAD_BYTES else 400)

    def _count(self, *parts: bytes) -> None:
        self._parsed += sum(map(len, parts))
        if self._parsed > HEAD_BYTES:
            raise HeadTooLong

    def _refuse(self, status: int) -> None:
        self._wait_no_more()
        if not self._answers():  # else it would stand in the middle of an answer
            self.transport.write(refusal(status, DETAILS[status]))
        self.transport.close()

    def _leave(self) -> None:
        if self._client:
            self._peers.leave(self._client)
        self._client = None

    def _answers(self) -> bool:
        cycle: RequestResponseCycle | None = self.cycle  # None before the first request
        return cycle is not None and not cycle.response_complete

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self.loop.call_later(HEAD_SECONDS, self._give_up)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _give_up(self) -> None:
        self._timer = None
        if self.transport.is_closing():
            return
        if self._in_head:
            self._refuse(408)
        else:
            self.transport.close()  # nobody asked for anything
