"""The end of a connection whose client takes nothing."""

import asyncio
from typing import Any

LINGER_SECONDS = 10.0  # for a client to take something of what was written before its connection was closed


class Transport:
    """A transport that, once closed, waits for a client only as long as it takes something.

    asyncio's waits for ever, with all that is unsent in memory.
    """

    def __init__(self, transport: asyncio.Transport, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - a transport's attributes have many types
        return getattr(self._transport, name)

    def write(self, data: bytes) -> None:
        """Write, unless it is closed: uvloop's would raise before its protocol knows that it is."""
        if not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Close it, in the end by force."""
        self._transport.close()
        self._watch(self._transport.get_write_buffer_size())

    def _watch(self, left: int) -> None:
        if left:
            self._loop.call_later(LINGER_SECONDS, self._check, left)

    def _check(self, before: int) -> None:
        left = self._transport.get_write_buffer_size()
        if left < before:
            self._watch(left)
        else:
            self._transport.abort()
