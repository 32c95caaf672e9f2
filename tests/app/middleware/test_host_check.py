from pathlib import Path

import httpx2
import pytest
from starlette.types import Message, Receive, Scope, Send

from app.middleware.host_check import HostCheck, name_of, parse_host
from tests.app.real import real
from tests.app.tiny import PATIENCE

pytestmark = pytest.mark.anyio

LOOPBACK, ELSEWHERE = "127.0.0.1", "10.0.0.5"


async def status(host: str, server: str = LOOPBACK, allowed: tuple[str, ...] = (), **headers: str) -> int:
    """What is answered to a request for a host that comes in at an address."""
    said: list[int] = []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        said.append(200)

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            said.append(message["status"])

    async def receive() -> Message:
        return {"type": "http.request"}

    lines = [(b"host", host.encode()), *((name.replace("_", "-").encode(), b"x") for name in headers)]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": lines, "server": (server, 8000)}
    await HostCheck(app, allowed)(scope, receive, send)
    [only] = said
    return only


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1:8000",
        "[::1]:8000",
        "192.168.1.7",
        "localhost:8000",
        "LOCALHOST.",
        "ink.localhost",
        "nas",
        "nas:80",
        "",
    ],
)
@pytest.mark.parametrize("allowed", [(), ("ink.test",)])
async def test_what_no_strangers_page_is_called_is_let_in(host: str, allowed: tuple[str, ...]) -> None:
    """Addresses, localhost, and names of a local network, with and without names that are allowed."""
    assert await status(host, allowed=allowed) == 200


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:8000", "EVIL.test.", "127.0.0.1.evil.test", "localhost.evil.test"]
)
async def test_a_rebound_name_is_refused(host: str) -> None:
    """A browser on this machine does not reach the service by a stranger's name."""
    assert await status(host) == 421


async def test_a_plain_deployment_works() -> None:
    """Behind a proxy, here or elsewhere, and at an address of a network, any name is fine until some are named."""
    assert await status("ink.test", ELSEWHERE) == 200
    assert await status("ink.test", x_forwarded_for="1") == 200
    assert await status("ink.test", forwarded="1") == 200


async def test_named_hosts_are_the_only_ones() -> None:
    """Wherever a request comes from; a star is every name."""
    for server in (LOOPBACK, ELSEWHERE):
        assert await status("Ink.test:443", server, ("ink.test",)) == 200
        assert await status("evil.test", server, ("ink.test",), x_forwarded_for="1") == 421
        assert await status("evil.test", server, ("*",)) == 200


@pytest.mark.parametrize(
    ("host", "name"),
    [("A.b:80", "a.b"), ("[fe80::1]:80", "fe80::1"), ("a.b.", "a.b"), ("::1", "::1"), ("[", ""), (":", "")],
)
def test_a_host_has_a_name(host: str, name: str) -> None:
    """Without its port and the dot at its end."""
    assert name_of(host) == name


def test_the_service_checks(checkpoints: Path) -> None:
    """The refusal is a problem document that names the setting, for every path."""
    with real(checkpoints) as running:
        for path in ("metrics", "draw/cat", ""):
            answer = httpx2.get(f"http://{running.host}/{path}", headers={"Host": "evil.test"}, timeout=PATIENCE)
            assert answer.status_code == 421
            assert answer.json()["type"] == "urn:inkstream:problem:host-refused"
            assert "INKSTREAM_HOSTS" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ink.Example.", "ink.example"),
        ("a.b:80", "a.b"),
        ("FE80::1", "fe80::1"),
        ("xn--bcher.test", "xn--bcher.test"),
        ("*", "*"),
    ],
)
def test_names_may_be_allowed(text: str, name: str) -> None:
    """Whatever a browser can ask by, however it is written."""
    assert parse_host(text) == name


@pytest.mark.parametrize(
    "name", ["https://ink.example", "*.example", ".example", "ink.example/x", "bücher.example", "a b"]
)
def test_what_nobody_asks_by_is_no_name(name: str) -> None:
    """It would let in nobody, and the service would refuse those whom it was to let in."""
    with pytest.raises(ValueError, match=r"Should be names such as ink\.example"):
        parse_host(name)
