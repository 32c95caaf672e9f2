import asyncio
import socket
from typing import cast

import pytest

from app.server import transport as module
from app.server.transport import Transport
from tests.app.tiny import until

pytestmark = pytest.mark.anyio


class Fake:
    """A closing transport whose client takes `takes` bytes, one each time that it is looked at."""

    def __init__(self, left: int, takes: int) -> None:
        self.left = left
        self.takes = takes
        self.state = "open"

    def close(self) -> None:
        self.state = "closed"

    def abort(self) -> None:
        self.state = "dropped"

    def get_write_buffer_size(self) -> int:
        self.takes -= 1
        self.left -= self.takes > 0
        return self.left


@pytest.mark.parametrize(
    ("left", "takes", "state"), [(0, 0, "closed"), (5, 99, "closed"), (5, 0, "dropped"), (9, 3, "dropped")]
)
async def test_a_client_may_be_slow_but_not_dead(
    left: int, takes: int, state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as something is taken the connection is let be; once nothing is, it is dropped."""
    monkeypatch.setattr(module, "LINGER_SECONDS", 0.001)
    fake = Fake(left, takes)
    transport = Transport(cast("asyncio.Transport", fake), asyncio.get_running_loop())
    transport.close()
    assert fake.state == "closed"
    await asyncio.to_thread(until, lambda: fake.state == "dropped" or fake.left <= 0)
    assert fake.state == state


async def test_nothing_is_written_to_what_is_closed() -> None:
    """An answer that comes too late is dropped, as asyncio's own transports drop it; uvloop's raise."""
    ours, theirs = socket.socketpair()
    with theirs:
        made, _ = await asyncio.get_running_loop().create_connection(asyncio.Protocol, sock=ours)
        transport = Transport(made, asyncio.get_running_loop())
        transport.write(b"one")
        transport.close()
        transport.write(b"two")
        await asyncio.sleep(0.01)
        transport.write(b"three")
        assert theirs.recv(20) == b"one"
