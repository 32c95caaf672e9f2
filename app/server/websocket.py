"""Uvicorn's WebSocket connection, which answers every handshake, and which no client can keep from closing."""

import asyncio
import logging
from functools import cache

from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.exceptions import SecurityError

from app.server.connection import refusal
from app.server.transport import LINGER_SECONDS

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 10.0  # for a handshake that is not understood yet to be
FRAMES_A_SECOND, FRAMES_AT_ONCE = 500, 400  # of any kind: a person who moves a slider sends a tenth
PIECE_BYTES = 4096
POLICY = 1008  # close code of RFC 6455, section 7.4.1

DETAILS = {
    400: "This is no handshake of a WebSocket.",
    408: f"The handshake was not understood within {HANDSHAKE_SECONDS:g} seconds.",
    431: "The request line, or a header, of a WebSocket has 8 KiB at most, and there are 128 headers at most.",
    503: "The service is shutting down.",
}


@cache
def _faults() -> logging.Logger:
    """Where uvicorn and the library log: what is no fault would have whole addresses, with people's seeds in them."""
    faults = log.getChild("library")
    faults.setLevel(logging.WARNING)
    return faults


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket from its handshake on, which the library reads anew, within limits of its own."""

    _timer: asyncio.TimerHandle | None = None
    _frames: float = FRAMES_AT_ONCE  # that may come now
    _counted = 0.0  # when they were counted, by the loop's clock
    _is_deaf = False  # to a client whose pings are answered in vain

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the handshake; not for ever."""
        super().connection_made(transport)
        self.logger = self.conn.logger = _faults()
        self._timer = self.loop.call_later(HANDSHAKE_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        """Read a handshake or frames. What the library refuses without a word is refused aloud; it never raises."""
        for start in range(0, len(data), PIECE_BYTES):  # which hold as many frames as can be read in a turn
            if self.transport.is_closing():
                return
            self._read(data[start : start + PIECE_BYTES])

    def handle_events(self) -> None:
        """Follow the frames that came, if they are not too many."""
        now = self.loop.time()
        self._frames = min(FRAMES_AT_ONCE, self._frames + FRAMES_A_SECOND * (now - self._counted)) - len(
            self.conn.events
        )
        self._counted = now
        super().handle_events()
        if self._frames < 0 or len(self.frames) > FRAMES_AT_ONCE:
            self.conn.fail(POLICY, "too many frames")
            self.handle_parser_exception()

    def handle_ping(self) -> None:
        """Answer it; while its client takes no answers, nothing more is read of it."""
        super().handle_ping()
        if not self.writable.is_set() and not self.transport.is_closing():
            self._is_deaf = True
            self.transport.pause_reading()

    def resume_writing(self) -> None:
        """The client takes what is sent again."""
        super().resume_writing()
        if self._is_deaf:
            self._is_deaf = False
            if not self.read_paused and not self.transport.is_closing():
                self.transport.resume_reading()

    def handle_parser_exception(self) -> None:
        """It is closed for what it sent; what the application has still to say is told that nobody listens."""
        super().handle_parser_exception()
        self.disconnected = True

    def _read(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except Exception:
            if self.handshake_complete:
                log.exception("a WebSocket failed")
                self.transport.abort()
                return
            self._refuse(400)
        fault = self.conn.handshake_exc
        if fault is not None and not self.handshake_initiated:
            is_long = isinstance(fault, SecurityError) or isinstance(fault.__cause__, SecurityError)
            self._refuse(431 if is_long else 400)

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any more."""
        self._wait_no_more()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Close it, with a close frame where it can have one; one that cannot be is dropped, and the others go on.

        A handshake that the application has not answered yet is refused; whatever it would say comes too late.
        """
        try:
            if self.handshake_complete or self.close_sent:
                super().shutdown()
            else:
                self._refuse(503)
                self.disconnected = True
        except Exception:
            log.exception("a WebSocket could not be closed")
            self.transport.abort()

    async def run_asgi(self) -> None:
        """Serve; once that is over, drop the connection if it is still there after a while."""
        self._wait_no_more()
        await super().run_asgi()
        self.loop.call_later(LINGER_SECONDS, self.transport.abort)

    async def send(self, message: ASGISendEvent) -> None:
        """Send; a whole refusal by the application ends the handshake, which uvicorn would log as a fault."""
        await super().send(message)
        if message["type"] == "websocket.http.response.body" and self.close_sent:
            self.handshake_complete = True

    def _refuse(self, status: int) -> None:
        self._wait_no_more()
        self.handshake_complete = self.close_sent = True  # nothing is to be said after this
        self.transport.write(refusal(status, DETAILS[status]))
        self.transport.close()

    def _give_up(self) -> None:
        self._timer = None
        if not self.handshake_initiated and not self.transport.is_closing():
            self._refuse(408)

    def _wait_no_more(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
