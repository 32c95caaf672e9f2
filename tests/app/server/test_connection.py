import json
import socket
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from websockets.sync.client import connect

from app.server import connection as connection_module
from app.server.connection import HEAD_BYTES
from tests.app.real import Real, real
from tests.app.tiny import PATIENCE, until

SHORT = 1.0  # seconds


@pytest.fixture(scope="module")
def served(checkpoints: Path) -> Iterator[Real]:
    with real(checkpoints) as running:
        yield running


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection_module, "HEAD_SECONDS", SHORT)


def dial(served: Real) -> socket.socket:
    host, port = served.host.split(":")
    return socket.create_connection((host, int(port)), timeout=PATIENCE)


def talk(served: Real, *parts: bytes, pause: float = 0) -> bytes:
    """What comes until the service closes the connection. Parts that it does not take any more are left out."""
    with dial(served) as client:
        for part in parts:
            try:
                client.sendall(part)
            except OSError:
                break
            time.sleep(pause)
        return rest(client)


def rest(client: socket.socket) -> bytes:
    """What comes until the connection closes."""
    received = b""
    try:
        while data := client.recv(65536):
            received += data
    except ConnectionResetError:
        pass  # what it had not read when it closed
    return received


def problem(answer: bytes) -> tuple[int, dict[str, object]]:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b"application/problem+json" in head
    assert b"connection: close" in head
    return int(head.split()[1]), json.loads(body)


def is_well(served: Real) -> bool:
    return talk(served, b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /draw/cat?" + b"a" * HEAD_BYTES + b" HTTP/1.1\r\n\r\n",
        b"GET /" + b"a" * 300_000 + b" HTTP/1.1\r\n\r\n",
        b"GET /draw/cat HTTP/1.1\r\nX-Long: " + b"a" * HEAD_BYTES + b"\r\n\r\n",
        b"GET /draw/cat HTTP/1.1\r\nX-Endless: " + b"a" * 300_000,
        b"GET /draw/cat HTTP/1.1\r\n" + b"X-Many: 1234567\r\n" * (HEAD_BYTES // 13) + b"\r\n",
        b"POST /complete/cat HTTP/1.1\r\nX-Long: " + b"a" * HEAD_BYTES + b"\r\nContent-Length: 2\r\n\r\n{}",
    ],
    ids=["query", "path", "header", "no end", "many headers", "post"],
)
def test_a_long_head_is_refused(served: Real, head: bytes) -> None:
    """However its bytes are spread: 431, a problem document, and the connection is closed; others go on."""
    status, body = problem(talk(served, head))
    assert (status, body["status"]) == (431, 431)
    assert str(HEAD_BYTES) in str(body["detail"])
    assert is_well(served)


def test_a_head_that_fits_is_taken(served: Real) -> None:
    """A long one that is within the bound is answered, in one piece and in many."""
    head = (
        b"GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\nX-Long: " + b"a" * (HEAD_BYTES - 500) + b"\r\n\r\n"
    )
    assert talk(served, head).startswith(b"HTTP/1.1 200")
    pieces = [head[i : i + 1000] for i in range(0, len(head), 1000)]
    assert talk(served, *pieces, pause=0.002).startswith(b"HTTP/1.1 200")


@pytest.mark.usefixtures("impatient")
def test_a_slow_head_is_refused(served: Real) -> None:
    """A byte now and then does not keep a connection open: 408, some seconds after it began."""
    head = b"GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: " + b"a" * 100
    answer = talk(served, *(head[i : i + 1] for i in range(len(head))), pause=SHORT / 20)
    assert problem(answer)[0] == 408


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("said", [b"", b"\r\n\r\n"])
def test_silence_is_closed(served: Real, said: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """A connection on which nothing is asked is closed without a word, before and after a request."""
    monkeypatch.setattr(served.server.config, "timeout_keep_alive", SHORT)
    assert talk(served, said) == b""
    with dial(served) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
        assert client.recv(65536).startswith(b"HTTP/1.1 200")
        client.sendall(said)
        assert rest(client) == b""


@pytest.mark.usefixtures("impatient")
def test_patience_is_for_each_head(served: Real) -> None:
    """Requests one after the other, and an answer that takes its time, are not cut off."""
    request = b"GET /draw/cat/stream?pace=12&seed=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
    with dial(served) as client:
        for _ in range(4):
            client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n")
            assert client.recv(65536).startswith(b"HTTP/1.1 200")
            time.sleep(SHORT / 2)
        client.sendall(request)
        assert b'"type":"end"' in rest(client)


@pytest.mark.usefixtures("impatient")
def test_a_body_that_nobody_reads_does_not_flow_for_ever(served: Real) -> None:
    """What comes after an answer and is no request ends the connection, however steadily it flows."""
    with dial(served) as client:
        client.sendall(b"GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n")
        late = time.monotonic() + PATIENCE
        with suppress(OSError):
            while time.monotonic() < late:
                client.sendall(b"a" * 1000)
                time.sleep(SHORT / 20)
        assert time.monotonic() < late


@pytest.mark.parametrize("said", [b"\x16\x03\x01\x02\x00\x01\x00", b"GET / HTTP/9\r\n\r\n", b"hello\r\n\r\n"])
def test_what_is_no_request_is_refused(served: Real, said: bytes) -> None:
    """TLS, or nonsense, on the port of HTTP: 400, a problem document that says nothing of the inside."""
    status, body = problem(talk(served, said))
    assert status == 400
    assert set(body) == {"type", "title", "status", "detail", "instance"}
    assert is_well(served)


def test_a_websocket_is_not_cut_off(served: Real, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time for a head ends with the head: a socket that waits lives on."""
    monkeypatch.setattr(connection_module, "HEAD_SECONDS", SHORT)
    with connect(f"ws://{served.host}/ws/draw/cat?wait=true") as client:
        time.sleep(2 * SHORT)
        client.send('{"type": "draw", "seed": 1}')
        assert json.loads(client.recv(timeout=PATIENCE))["type"] == "start"


def test_connections_are_bounded(checkpoints: Path) -> None:
    """One more than may be open is told so; once another has closed there is room again."""
    with real(checkpoints, connections_limit=3) as running:
        until(lambda: not running.server.server_state.connections)
        held = [dial(running) for _ in range(3)]
        until(lambda: len(running.server.server_state.connections) == 3)
        answer = talk(running)
        assert problem(answer)[0] == 503
        assert b"retry-after: 5" in answer
        held.pop().close()
        until(lambda: len(running.server.server_state.connections) == 2)
        assert is_well(running)
        for client in held:
            client.close()


@pytest.mark.parametrize(
    "path", ["/healthz", "/draw/cat?seed=7", "/draw/cat?format=png", "/draw/cat?count=9&format=gif"]
)
@pytest.mark.parametrize("times", [1, 3])
def test_a_client_that_says_no_more_is_answered(
    served: Real, monkeypatch: pytest.MonkeyPatch, path: str, times: int
) -> None:
    """A client that closes its side after its requests, as `nc -N` does, gets the whole answers, and then the end."""
    monkeypatch.setattr(connection_module, "LISTENING_SECONDS", 30.0)  # other work may keep the machine busy
    with dial(served) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode() * times)
        client.shutdown(socket.SHUT_WR)
        answer = rest(client)
    assert answer.count(b"HTTP/1.1 200") == times
    head, _, body = answer.rpartition(b"HTTP/1.1 200")[2].partition(b"\r\n\r\n")
    assert int(dict(line.split(b": ") for line in head.splitlines()[1:])[b"content-length"]) == len(body)


def test_a_client_that_hangs_up_is_not_drawn_for(served: Real, long: int) -> None:
    """One that closes its side while a stream comes, or before, has its place taken back long before its end."""
    for read in (0, 10):
        with dial(served) as client:
            client.sendall(f"GET /draw/cat/stream?pace=1&seed={long} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
            client.recv(read)
            client.shutdown(socket.SHUT_WR)
            begun = time.monotonic()
            until(served.service.draining.is_idle)
            assert time.monotonic() - begun < 10  # of a minute


def test_requests_in_a_row_end_with_their_client(served: Real, long: int, caplog: pytest.LogCaptureFixture) -> None:
    """One that sends several at once and goes is drawn for no longer, and no answer is written to nobody."""
    ask = f"GET /draw/cat/stream?pace=1&seed={long} HTTP/1.1\r\nHost: x\r\n\r\n".encode()
    with dial(served) as client:
        client.sendall(ask * 3)
        client.recv(10)
    begun = time.monotonic()
    until(served.service.draining.is_idle)
    assert time.monotonic() - begun < 15  # of twenty and more for each
    assert "Exception in ASGI application" not in caplog.text


BODY = b'{"strokes":[[[0,0],[40,-60],[80,0]]]}'
OFFERED = b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n"


@pytest.mark.parametrize("offer", [OFFERED, b"Connection: keep-alive, upgrade\r\nUpgrade: TLS/1.2\r\n"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize("piece", [1, 7, 10_000])
def test_an_upgrade_that_is_not_taken_keeps_the_body(served: Real, offer: bytes, chunked: bool, piece: int) -> None:
    """A request that offers HTTP/2, as Java's HttpClient does, is answered like any other; the one after it too."""
    body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(BODY), BODY) if chunked else BODY
    size = b"Transfer-Encoding: chunked" if chunked else b"Content-Length: %d" % len(BODY)
    head = b"POST /complete/penguin HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n"
    last = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    request = head + offer + size + b"\r\n\r\n" + body + last
    answers = talk(served, *(request[i : i + piece] for i in range(0, len(request), piece)))
    assert answers.count(b"HTTP/1.1 200") == 2
    assert b"HTTP/1.1 4" not in answers


def test_a_get_that_offers_an_upgrade_is_answered(served: Real) -> None:
    """Without a body, with more than one request in a packet, and with a query."""
    offering = b"GET /draw/penguin?seed=7 HTTP/1.1\r\nHost: a\r\n" + OFFERED + b"\r\n"
    closing = b"GET /healthz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"
    assert talk(served, offering + offering + closing).count(b"HTTP/1.1 200") == 3


def test_letters_beyond_ascii_in_an_address_are_read(served: Real) -> None:
    """As curl sends them, typed: the same seed as percent-encoded; what comes after the first line stays as it is."""
    get = "GET /draw/penguin?seed={} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Name: Zoë\r\n\r\n"
    typed, written = (rest_of(talk(served, get.format(seed).encode())) for seed in ("Zoë", "Zo%C3%AB"))
    assert typed == written
    body = '{"strokes": [[[0, 0], [40, -60]]], "seed": "Zoë"}'.encode()
    head = b"POST /complete HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: application/json\r\n"
    answer = talk(served, head + b"Content-Length: %d\r\n\r\n" % len(body), body, pause=0.05)
    assert b"JSON" not in answer  # there is no recogniser to ask


def test_white_space_around_a_header_is_none_of_it(served: Real) -> None:
    """Of an API key or a request's id, for two."""
    answer = talk(served, b"GET /healthz HTTP/1.1\r\nHost: a\r\nX-Request-ID: \tmine \t\r\nConnection: close\r\n\r\n")
    assert b"x-request-id: mine\r\n" in answer.lower()


def rest_of(answer: bytes) -> bytes:
    """The body of an answer that is well."""
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200")
    return body
