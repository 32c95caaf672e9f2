from pathlib import Path

import pytest
from starlette.testclient import WebSocketDenialResponse
from starlette.types import Receive, Scope, Send

from app.middleware.forwarded import HOSTS, Forwarded
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
async def test_the_address_and_the_scheme_are_taken_as_before() -> None:
    """The client is who asked the proxy."""
    headers = {"x-forwarded-for": "192.0.2.1", "x-forwarded-proto": "https", "x-forwarded-host": "ink.test"}
    scope = await seen(headers, "10.1.2.3")
    assert (scope["client"][0], scope["scheme"]) == ("192.0.2.1", "wss")


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
