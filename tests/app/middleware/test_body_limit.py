import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.exceptions import HTTPException
from starlette.types import Message, Receive, Scope, Send

from app.middleware import body_limit
from app.middleware.body_limit import BodyLimit
from tests.app.real import Real, real


@pytest.fixture(scope="module")
def served(checkpoints: Path) -> Iterator[Real]:
    with real(checkpoints) as running:
        yield running


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize(("chunk", "fits"), [(5, True), (6, False)])
async def test_a_body_is_read_up_to_the_limit(anyio_backend: str, chunk: int, fits: bool) -> None:
    """As many bytes as are allowed are read, in however many parts; one more ends the reading."""
    parts = [b"x" * chunk, b"x" * 5]

    async def app(_scope: Scope, receive: Receive, _send: Send) -> None:
        while (await receive())["more_body"]:
            pass

    async def receive() -> Message:
        return {"type": "http.request", "body": parts.pop(0), "more_body": bool(parts)}

    async def send(_message: Message) -> None:
        raise AssertionError

    limited = BodyLimit(app, 10)
    if fits:
        await limited({"type": "http", "method": "POST"}, receive, send)
    else:
        with pytest.raises(HTTPException) as caught:
            await limited({"type": "http", "method": "POST"}, receive, send)
        assert caught.value.status_code == 413


@pytest.mark.parametrize("path", ["/draw/cat?seed=7", "/draw/cat/stream", "/draw/cat?format=png", "/draw/cat?count=2"])
@pytest.mark.parametrize("body", [b"", b"x" * 400_000], ids=["unsent", "too long"])
def test_what_a_get_brings_is_passed_over(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, served: Real, path: str, body: bytes
) -> None:
    """A body that means nothing may be late or long: the answer is the one without it, and nothing fails."""
    monkeypatch.setattr(body_limit, "SECONDS", 0.2)
    host, port = served.host.split(":")
    with socket.create_connection((host, int(port)), timeout=20) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n".encode() + body)
        answer = b""
        while not answer or ("stream" in path and not answer.endswith(b"0\r\n\r\n")):
            answer += client.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200")
    assert not [record for record in caplog.records if record.levelname == "ERROR"]
