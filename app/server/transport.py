"""A connection's transport: what is written in a turn of the event loop goes together, and a dead client is let go."""

import asyncio
from typing import Any

LINGER_SECONDS = 10.0  # for a client to take something of what was written before its connection was closed
MOST_HELD = 65536  # bytes that are held until the end of a turn; with more, whoever writes may have to wait


class Transport:
    """A transport that sends once in a turn: a call of the system takes as long as it takes to make a message.

    Once closed, it waits for a client only as long as it takes something. asyncio's waits for ever, with all that is
    unsent in memory.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._held: list[bytes] = []
        self._size = 0  # of what is held

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a transport's attributes have many types
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, unless it is closed: uvloop's would raise before its protocol knows that it is."""
        if self._transport.is_closing():
            return
        if not self._held:
            self._loop.call_soon(self._send)
        self._held.append(data)
        self._size += len(data)
        if self._size > MOST_HELD:
            self._send()

    def get_write_buffer_size(self) -> int:
        """Bytes that are unsent."""
        return self._size + self._transport.get_write_buffer_size()

    def close(self) -> None:
        """Close it, in the end by force."""
        self._send()
        self._transport.close()
        self._watch(self._transport.get_write_buffer_size())

    def _send(self) -> None:
        held, self._held, self._size = self._held, [], 0
        if held and not self._transport.is_closing():
            self._transport.write(b"".join(held))

    def _watch(self, left: int) -> None:
        if left:
            self._loop.call_later(LINGER_SECONDS, self._check, left)

    def _check(self, before: int) -> None:
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._watch(left)
        else:
            self._transport.abort()
