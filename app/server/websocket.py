"""Uvicorn's WebSocket connection, which answers every handshake, and which no client can keep from closing."""

import asyncio
import logging

from uvicorn import Config
from uvicorn._types import ASGISendEvent
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.exceptions import SecurityError

from app.server.connection import refusal
from app.server.transport import LINGER_SECONDS

log = logging.getLogger(__name__)

HANDSHAKE_SECONDS = 10.0  # for a handshake that is not understood yet to be
DETAILS = {
    400: "This is no handshake of a WebSocket.",
    408: f"The handshake was not understood within {HANDSHAKE_SECONDS:g} seconds.",
    431: "The request line, or a header, of a WebSocket has 8 KiB at most, and there are 128 headers at most.",
}


class Socket(WebSocketsSansIOProtocol):
    """A WebSocket from its handshake on, which the library reads anew, within limits of its own."""

    def __init__(
        self,
        config: Config,
        server_state: ServerState,
        app_state: dict[str, object],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        self._timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for the handshake; not for ever."""
        super().connection_made(transport)
        self._timer = self.loop.call_later(HANDSHAKE_SECONDS, self._give_up)

    def data_received(self, data: bytes) -> None:
        """Read a handshake or frames. What the library refuses without a word is refused aloud; it never raises."""
        if self.transport.is_closing():
            return
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
        """Close it, with a close frame where it can have one; one that cannot be is dropped, and the others go on."""
        try:
            super().shutdown()
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
