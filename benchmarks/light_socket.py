"""A WebSocket that costs its client little, so that one process can be thousands of people.

A message is handed to whoever listens as it came. Frames are sent with a mask of zeros, which changes nothing.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import cast

PATIENCE = 60.0  # seconds for a WebSocket to be open
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # of RFC 6455
TEXT, PING, PONG = 0x81, 0x89, 0x8A  # what a frame begins with that holds all of a message
MASKED = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127  # in which the length of a longer message stands


class LightSocket(asyncio.Protocol):
    """Calls `heard` with each message. `closed` is done once there will be no more of them."""

    def __init__(self, host: str, path: str, heard: Callable[[bytes], None]) -> None:
        self._head = (
            f"GET {path} HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        self._heard = heard
        self._data = b""
        self.open: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.closed: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.Transport", transport)  # uvloop's is no subclass of it
        self._transport.write(self._head.encode())

    def data_received(self, data: bytes) -> None:
        self._data = data = self._data + data if self._data else data
        if not self.open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                return
            status = head.split(b"\r\n", 1)[0].decode()
            if " 101 " not in status:
                self.open.set_exception(ConnectionError(status))
                self._transport.abort()
                return
            self.open.set_result(None)
        self._data = self._read(data)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.open.done():
            self.open.set_exception(exc or ConnectionError("the connection was lost"))
        if not self.closed.done():
            self.closed.set_result(None)

    def send(self, message: Mapping[str, object]) -> None:
        """A message as JSON."""
        self._send(TEXT, json.dumps(message).encode())

    async def stay(self, seconds: float) -> None:
        """Listen for so long. Raises ConnectionError where the connection is lost meanwhile."""
        await asyncio.wait({self.closed}, timeout=max(0.0, seconds))
        if self.closed.done():
            raise ConnectionError("the connection was lost")

    def abort(self) -> None:
        """End it without a word."""
        self._transport.abort()

    def _read(self, data: bytes) -> bytes:
        """Hand out the messages that are whole; what is left."""
        at, end = 0, len(data)
        while end - at >= 2:
            kind, length, begin = data[at], data[at + 1], at + 2
            if length >= TWO_BYTES:
                begin += 2 if length == TWO_BYTES else 8
                length = int.from_bytes(data[at + 2 : begin])
            if end < begin + length:
                break
            at = begin + length
            self._take(kind, data[begin:at])
        return data[at:]

    def _take(self, kind: int, message: bytes) -> None:
        """A frame: the service sends each message in one, as text."""
        if kind == TEXT:
            self._heard(message)
        elif kind == PING:
            self._send(PONG, message)
        else:
            self._transport.close()

    def _send(self, kind: int, message: bytes) -> None:
        length = len(message)
        size = bytes([MASKED | length]) if length < TWO_BYTES else bytes([MASKED | TWO_BYTES]) + length.to_bytes(2)
        self._transport.write(bytes([kind]) + size + bytes(4) + message)


@asynccontextmanager
async def open_socket(host: str, path: str, heard: Callable[[bytes], None]) -> AsyncIterator[LightSocket]:
    """One that is open. Raises OSError, TimeoutError."""
    address, port = host.split(":")
    async with asyncio.timeout(PATIENCE):
        _, socket = await asyncio.get_running_loop().create_connection(
            lambda: LightSocket(host, path, heard), address, int(port)
        )
        await socket.open
    try:
        yield socket
    finally:
        socket.abort()
