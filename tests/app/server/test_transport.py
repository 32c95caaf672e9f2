"""A connection sends once in a turn of the event loop, and a client that is slow or gone ends it."""

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


class Noting(Fake):
    """Notes what it is given."""

    def __init__(self) -> None:
        super().__init__(0, 0)
        self.given: list[bytes] = []

    def is_closing(self) -> bool:
        return self.state != "open"

    def write(self, data: bytes) -> None:
        self.given.append(data)


@pytest.fixture
def noting() -> Noting:
    return Noting()


async def test_what_is_written_in_a_turn_is_sent_at_once(noting: Noting) -> None:
    """Head and body of an answer, or the last points and the end of a drawing, cost one call of the system."""
    transport = Transport(cast("asyncio.Transport", noting), asyncio.get_running_loop())
    transport.write(b"one ")
    transport.write(b"two")
    assert transport.get_write_buffer_size() == 7
    assert not noting.given
    await asyncio.sleep(0)
    assert noting.given == [b"one two"]
    transport.write(b"three")
    await asyncio.sleep(0)
    assert noting.given == [b"one two", b"three"]
    assert transport.get_write_buffer_size() == 0


async def test_much_is_not_held(noting: Noting) -> None:
    """So whoever writes it learns in time that the client takes nothing."""
    transport = Transport(cast("asyncio.Transport", noting), asyncio.get_running_loop())
    piece = bytes(module.MOST_HELD // 2)
    for _ in range(3):
        transport.write(piece)
    assert noting.given == [piece * 3]
    await asyncio.sleep(0)
    assert noting.given == [piece * 3]


async def test_what_is_held_goes_before_the_end(noting: Noting) -> None:
    """A close sends it; of a connection that was dropped nothing is sent any more."""
    transport = Transport(cast("asyncio.Transport", noting), asyncio.get_running_loop())
    transport.write(b"last words")
    transport.close()
    assert noting.given == [b"last words"]
    other = Noting()
    dropped = Transport(cast("asyncio.Transport", other), asyncio.get_running_loop())
    dropped.write(b"too late")
    dropped.abort()
    await asyncio.sleep(0)
    assert not other.given
