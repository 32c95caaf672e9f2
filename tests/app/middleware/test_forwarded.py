from pathlib import Path

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Receive, Scope, Send

from app.middleware.forwarded import HOSTS, PREFIX, Forwarded
from tests.app.tiny import client_of

SAID = [
    ({"x-forwarded-host": "Ink.test:8331"}, {"ink.test:8331"}),
    ({"x-forwarded-host": "ink.test, inner.test"}, {"ink.test", "inner.test"}),
    ({"x-forwarded-host": "ink.test", "x-forwarded-port": "8331"}, {"ink.test", "ink.test:8331"}),
    ({"host": "ink.test", "x-forwarded-port": "8331"}, {"ink.test", "ink.test:8331"}),
    ({"forwarded": 'for=192.0.2.1;host="ink.test:8331";proto=https'}, {"ink.test:8331"}),
    ({"forwarded": "for=192.0.2.1, host=ink.test"}, {"ink.test"}),
    ({"x-forwarded-for": "192.0.2.1"}, set()),
]


async def seen(headers: dict[str, str], peer: str) -> Scope:
    """The scope as the application has it."""
    found: list[Scope] = []

    async def application(scope: Scope, receive: Receive, send: Send) -> None:
        found.append(scope)

    async def nothing(*_: object) -> None:
        pass

    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "websocket", "scheme": "ws", "client": (peer, 1), "headers": raw}
    await Forwarded(application, ["10.0.0.0/8"])(scope, nothing, nothing)  # type: ignore[arg-type]
    return found[0]


@pytest.mark.anyio
@pytest.mark.parametrize(("headers", "hosts"), SAID)
async def test_hosts_are_believed_of_trusted_proxies_alone(headers: dict[str, str], hosts: set[str]) -> None:
    """In each spelling that proxies have; of others nothing is taken."""
    assert (await seen(headers, "10.1.2.3"))[HOSTS] == hosts
    assert HOSTS not in await seen(headers, "192.0.2.9")


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("trusted", "peer", "told"),
    [
        (["127.0.0.1"], "10.1.2.3", 1),
        (["10.0.0.0/8"], "10.1.2.3", 0),
        (["127.0.0.1"], "8.8.8.8", 0),
        ([], "10.1.2.3", 0),
    ],
    ids=["not named", "named", "a stranger", "nobody is trusted"],
)
async def test_a_proxy_that_is_not_named_is_told_of_once(
    trusted: list[str], peer: str, told: int, caplog: pytest.LogCaptureFixture
) -> None:
    """Behind it all clients share the limits of one, and would be refused without a word of why."""

    async def nothing(*_: object) -> None:
        pass

    forwarded = Forwarded(nothing, trusted)
    for _ in range(3):
        scope = {"type": "http", "scheme": "http", "client": (peer, 1), "headers": [(b"x-forwarded-for", b"192.0.2.1")]}
        await forwarded(scope, nothing, nothing)  # type: ignore[arg-type]
    lines = [record.getMessage() for record in caplog.records]
    assert len(lines) == told
    assert all("INKSTREAM_PROXIES" in line and peer in line for line in lines)


@pytest.mark.anyio
async def test_the_address_and_the_scheme_are_taken_as_before() -> None:
    """The client is who asked the proxy."""
    headers = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "x-forwarded-host": "ink.test"}
    scope = await seen(headers, "10.1.2.3")
    assert (scope["client"][0], scope["scheme"]) == ("192.0.2.1", "wss")


CLIENTS = [
    ({"x-forwarded-for": "198.51.100.7, 192.0.2.1, 10.0.0.9"}, "192.0.2.1"),
    ({"x-forwarded-for": "198.51.100.7, 192.0.2.1, ::ffff:10.0.0.9"}, "192.0.2.1"),
    ({"x-forwarded-for": "192.0.2.1:4711"}, "192.0.2.1"),
    ({"forwarded": "for=192.0.2.1;proto=https, for=10.0.0.9"}, "192.0.2.1"),
    ({"forwarded": 'For="[2001:db8::1]:4711"'}, "2001:db8::1"),
    ({"forwarded": "for=198.51.100.7", "x-forwarded-for": "192.0.2.1"}, "192.0.2.1"),
    ({"forwarded": "host=ink.test"}, "10.1.2.3"),
]


@pytest.mark.anyio
@pytest.mark.parametrize(("headers", "client"), CLIENTS)
async def test_the_client_is_who_asked_the_first_proxy_that_is_trusted(headers: dict[str, str], client: str) -> None:
    """In each spelling that proxies have; who is not trusted says nothing."""
    assert (await seen(headers, "10.1.2.3"))["client"][0] == client
    assert (await seen(headers, "192.0.2.9"))["client"][0] == "192.0.2.9"


@pytest.mark.anyio
@pytest.mark.parametrize(
    "headers",
    [
        {"x-forwarded-proto": "https"},
        {"x-forwarded-proto": "HTTPS"},
        {"x-forwarded-proto": "https, http"},
        {"x-forwarded-proto": "wss"},
        {"forwarded": "for=192.0.2.1;proto=https"},
        {"forwarded": 'proto="https";host=ink.test, proto=http'},
    ],
)
async def test_the_scheme_is_what_the_first_proxy_was_asked_by(headers: dict[str, str]) -> None:
    """A link to a page behind two proxies is one of https."""
    assert (await seen(headers, "10.1.2.3"))["scheme"] == "wss"
    assert (await seen(headers, "192.0.2.9"))["scheme"] == "ws"


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("said", "prefix"),
    [("/ink", "/ink"), ("ink/", "/ink"), ("/a, /b/", "/a/b"), ("/", ""), ("/../ink", ""), ("//ink.test/a b", "")],
)
async def test_prefixes_of_proxies_stand_one_after_the_other(said: str, prefix: str) -> None:
    """Each proxy takes its own away, and adds it to what it was told; what is no path is none."""
    assert (await seen({"x-forwarded-prefix": said}, "10.1.2.3"))[PREFIX] == prefix


@pytest.mark.anyio
async def test_of_hosts_and_ports_without_end_a_few_are_looked_at() -> None:
    """Each host goes with each port: 1,700 of both, in 16 KiB of headers, took the event loop nearly two seconds."""
    many = ",".join(map(str, range(1700)))
    scope = await seen({"x-forwarded-host": many, "x-forwarded-port": many}, "10.1.2.3")
    assert len(scope[HOSTS]) < 100


def test_a_page_behind_a_proxy_that_rewrites_host_draws(checkpoints: Path) -> None:
    """Its WebSocket opens where the proxy is trusted; elsewhere the refusal names the setting."""
    headers = {"origin": "https://ink.test", "host": "127.0.0.1:8123", "x-forwarded-host": "ink.test"}
    path = "/ws/draw/penguin"
    with (
        client_of(checkpoints, proxies=("*",)) as client,
        client.websocket_connect(path, headers=headers) as websocket,
    ):
        assert websocket.receive_json()["type"] == "start"
    with (
        client_of(checkpoints) as client,
        pytest.raises(WebSocketDenialResponse) as refused,
        client.websocket_connect(path, headers=headers),
    ):
        pass
    assert refused.value.status_code == 403
    assert "INKSTREAM_ORIGINS" in refused.value.json()["detail"]
