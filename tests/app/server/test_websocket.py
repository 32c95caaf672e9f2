import asyncio
import logging
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.errors import ShuttingDown
from app.routes import socket as socket_module
from app.server import websocket as websocket_module
from app.server.websocket import Socket
from tests.app.real import Real, real, turns
from tests.app.server.test_connection import dial, is_well, problem, rest, talk
from tests.app.tiny import PATIENCE, until

UPGRADE = (
    b"Host: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
)


@pytest.fixture(scope="module")
def served(checkpoints: Path) -> Iterator[Real]:
    with real(checkpoints) as running:
        yield running


def handshake(path: bytes = b"/ws/draw/cat?wait=1", *lines: bytes) -> bytes:
    return b"GET " + path + b" HTTP/1.1\r\n" + UPGRADE + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


LONG = b"a" * 9000
REFUSED = {
    "header": (handshake(b"/ws/draw/cat", b"X-Long: " + LONG), 431),
    "path": (handshake(b"/ws/draw/" + LONG), 431),
    "query": (handshake(b"/ws/draw/cat?" + LONG), 431),
    "many headers": (handshake(b"/ws/draw/cat", *[b"X: a"] * 200), 431),
    "long origin": (handshake(b"/ws/draw/cat", b"Origin: " + LONG[:5000]), 431),
    "body": (handshake(b"/ws/draw/cat", b"Content-Length: 3") + b"abc", 400),
    "chunks": (handshake(b"/ws/draw/cat", b"Transfer-Encoding: chunked") + b"0\r\n\r\n", 400),
    "space": (handshake(b"/ws/draw/a b"), 400),
    "raw header": (handshake(b"/ws/draw/cat", b"X: \x01"), 400),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_handshake_that_the_library_cannot_read_is_refused(served: Real, kind: str) -> None:
    """With a status and a problem document; no connection is left, and others go on."""
    request, status = REFUSED[kind]
    found, body = problem(talk(served, request).replace(b"Connection: close", b"connection: close"))
    assert (found, body["status"]) == (status, status)
    until(lambda: not served.server.server_state.connections)
    assert is_well(served)


@pytest.mark.parametrize("missing", [b"Sec-WebSocket-Key", b"Sec-WebSocket-Version"])
def test_half_a_handshake_is_refused(served: Real, missing: bytes) -> None:
    """One without what it needs gets a status that begins with 4, and the end."""
    request = handshake().replace(missing, b"X-" + missing)
    assert talk(served, request).startswith(b"HTTP/1.1 4")
    until(lambda: not served.server.server_state.connections)


def test_a_handshake_has_a_time(served: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever keeps a handshake from being understood, the connection is told, and closed, some seconds later."""
    monkeypatch.setattr(websocket_module, "HANDSHAKE_SECONDS", 0.3)
    monkeypatch.setattr(Socket, "data_received", lambda *_: None)  # a library that waits for more
    assert problem(talk(served, handshake()))[0] == 408
    until(lambda: not served.server.server_state.connections)


@pytest.mark.parametrize("kind", REFUSED)
def test_no_handshake_breaks_the_end(checkpoints: Path, caplog: pytest.LogCaptureFixture, kind: str) -> None:
    """Told to stop with such connections open the service closes every socket with a close frame, and fails nowhere."""
    with caplog.at_level(logging.ERROR), real(checkpoints) as running:
        held = [dial(running) for _ in range(3)]
        for client in held:
            client.sendall(REFUSED[kind][0])
        with connect(f"ws://{running.host}/ws/draw/cat?wait=1", proxy=None) as good:
            running.server.should_exit = True
            with pytest.raises(ConnectionClosed) as closed:
                good.recv(timeout=PATIENCE)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 1012
        running.thread.join(PATIENCE)
        for client in held:
            client.close()
    assert not caplog.records


def test_the_end_refuses_a_handshake_that_waits(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Its client may try elsewhere; the application, which answers too late, is not at fault."""
    late = threading.Event()

    async def answer(*_: object, **__: object) -> None:
        await asyncio.to_thread(late.wait)
        raise ShuttingDown("The service is shutting down.")

    monkeypatch.setattr(socket_module, "order", answer)
    with caplog.at_level(logging.ERROR), real(checkpoints) as running, dial(running) as client:
        client.sendall(handshake(b"/ws/draw/cat"))
        until(lambda: any(isinstance(each, Socket) for each in running.server.server_state.connections))
        running.server.should_exit = True
        status, body = problem(rest(client))
        assert (status, body["status"]) == (503, 503)
        late.set()
        running.thread.join(PATIENCE)
    assert not caplog.records


def test_a_connection_that_cannot_be_closed_keeps_no_other_open(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fault while one is closed is logged, and the others get their close frames."""

    def fail(_socket: Socket) -> None:
        raise RuntimeError("cannot")

    with real(checkpoints) as running:
        url = f"ws://{running.host}/ws/draw/cat?wait=1"
        with connect(url, proxy=None) as bad, connect(url, proxy=None) as good:
            until(lambda: running.service.sockets == 2)
            first = next(each for each in running.server.server_state.connections if isinstance(each, Socket))
            monkeypatch.setattr(first, "stop_keepalive", lambda: fail(first))
            running.service.draining.sockets.clear()  # the application closes none of them by itself
            running.server.should_exit = True
            codes = []
            for each in (bad, good):
                with pytest.raises(ConnectionClosed) as closed:
                    each.recv(timeout=PATIENCE)
                codes.append(closed.value.rcvd and closed.value.rcvd.code)
            assert set(codes) == {1012, None}


def frame(opcode: int, payload: bytes = b"", *, fin: bool = True) -> bytes:
    """One of a client, masked with zeros."""
    return bytes([(0x80 if fin else 0) | opcode, 0x80 | len(payload)]) + bytes(4) + payload


FLOODS = {
    "empty continuations": (frame(1, fin=False), frame(0, fin=False)),
    "pings": (b"", frame(9)),
    "pongs": (b"", frame(10, b"a")),
    "empty messages": (b"", frame(1)),
    "binary messages": (b"", frame(2)),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_tiny_frames_are_bounded(served: Real, kind: str, caplog: pytest.LogCaptureFixture) -> None:
    """A flood of frames, of whatever kind, is closed for its policy, nobody waits for it, and no fault is logged."""
    first, flood = FLOODS[kind]
    bursts = 0
    with turns(served) as taken, dial(served) as client, suppress(OSError):
        client.sendall(handshake())
        assert client.recv(12) == b"HTTP/1.1 101"
        client.sendall(first)
        while bursts < 50:
            client.sendall(flood * 5000)
            assert is_well(served)
            bursts += 1
    assert bursts < 50, "it takes them all"
    assert max(taken, default=0) < 2  # seven seconds, without a bound
    until(lambda: served.service.sockets == 0)
    assert "Exception" not in caplog.text


def test_some_frames_a_second_are_nobodys_flood(served: Real) -> None:
    """A client that says something a hundred times a second, and pings, is followed."""
    with connect(f"ws://{served.host}/ws/draw/cat?wait=1", proxy=None) as client:
        for _ in range(150):
            client.send('{"type": "change", "temp_xy": 1}')
            client.ping()
        client.send(['{"type": ', '"draw", ', '"seed": 1}'])
        assert client.recv(timeout=PATIENCE)


def test_pongs_that_nobody_reads_do_not_pile_up(served: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a client that pings and reads nothing, nothing more is read until it does; then all goes on."""
    monkeypatch.setattr(websocket_module, "FRAMES_AT_ONCE", 10**9)
    monkeypatch.setattr(websocket_module, "FRAMES_A_SECOND", 10**9)
    with dial(served) as client:
        client.sendall(handshake())
        assert client.recv(12) == b"HTTP/1.1 101"
        client.settimeout(1)
        sent, pings = 0, frame(9, b"a" * 125) * 2000
        with suppress(TimeoutError):
            while sent < 1000 * len(pings):
                sent += client.send(pings[sent % len(pings) :])
        assert sent < 1000 * len(pings), "it takes them all"
        kept = [each for each in served.server.server_state.connections if isinstance(each, Socket)]
        assert sum(each.transport.get_write_buffer_size() for each in kept) < 2**20
        client.settimeout(PATIENCE)
        threading.Thread(target=lambda: client.sendall(pings[sent % len(pings) :] + frame(8)), daemon=True).start()
        assert rest(client).endswith(b"\x88\0"), "a close frame is the last"
    until(lambda: served.service.sockets == 0)


def test_what_a_client_asks_for_is_not_logged(served: Real, caplog: pytest.LogCaptureFixture) -> None:
    """A seed may be somebody's name: not where a socket opens, nor where it is refused, on any level."""
    with caplog.at_level(logging.DEBUG):
        talk(served, handshake(b"/ws/draw/nobody?seed=grace"))
        with connect(f"ws://{served.host}/ws/draw/cat?wait=1&seed=grace", proxy=None):
            pass
        until(lambda: "WEBSOCKET /ws/draw/cat 101" in caplog.text)
    served_here = [record for record in caplog.records if record.name != "websockets.client"]
    assert not any("grace" in record.getMessage() for record in served_here)
