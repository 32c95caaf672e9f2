import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.middleware.api_keys import find_key, parse_key
from tests.app.tiny import client_of

ANN, BOB = "a" * 16, "correct-horse_battery.staple~9"
KEYS = (parse_key(f"ann:{ANN}"), parse_key(f"bob:{BOB}"))
CLOSED = ["/draw/cat", "/draw/cat/stream", "/categories", "/categories/cat", "/metrics", "/nowhere", "/docs/x"]
OPEN = ["/healthz", "/readyz", "/docs", "/openapi.json", "/docs-assets/swagger-ui.css", "/embed.js"]


@pytest.fixture(scope="module")
def locked(checkpoints: Path) -> Iterator[TestClient]:
    with client_of(checkpoints, api_keys=KEYS, key_rate_limit="3/hour", origins=("https://page.example",)) as client:
        yield client


@pytest.mark.parametrize("path", CLOSED)
@pytest.mark.parametrize("headers", [{}, {"X-API-Key": "b" * 16}, {"Authorization": "Bearer "}, {"X-API-Key": ""}])
def test_without_a_key_it_is_closed(locked: TestClient, path: str, headers: dict[str, str]) -> None:
    """No key, a wrong or an empty one: 401 as a problem document, for what there is and for what there is not."""
    answer = locked.get(path, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
    assert answer.json()["type"] == "urn:inkstream:problem:key-required"
    assert answer.headers["www-authenticate"] == 'Bearer realm="inkstream"'


@pytest.mark.parametrize("path", OPEN)
def test_some_paths_stay_open(locked: TestClient, path: str) -> None:
    """What is asked by those who watch the service, and the documentation, need no key."""
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [{"Authorization": f"Bearer {ANN}"}, {"authorization": f"bearer  {BOB}"}, {"X-API-Key": BOB}],
    ids=["bearer", "lower case", "header"],
)
def test_a_key_opens(locked: TestClient, headers: dict[str, str]) -> None:
    """Any of the keys, in either header."""
    assert locked.get("/categories", headers=headers).status_code == 200


def _is_refused(client: TestClient, offered: list[str]) -> None:
    with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect("/ws/draw/cat", offered):
        pass
    assert caught.value.status_code == 401


def test_a_websocket_brings_its_key_as_a_subprotocol(checkpoints: Path) -> None:
    """As pages must; the other subprotocol is spoken, as browsers ask. A header does for programs."""
    with client_of(checkpoints, api_keys=KEYS) as client:
        for offered in ([], ["inkstream"], ["inkstream", "inkstream.key." + "b" * 16]):
            _is_refused(client, offered)
        with client.websocket_connect("/ws/draw/cat", ["inkstream", f"inkstream.key.{ANN}"]) as socket:
            assert str(socket.accepted_subprotocol) == "inkstream"
            assert socket.receive_json()["type"] == "start"
        with client.websocket_connect("/ws/draw/cat", headers={"X-API-Key": BOB}) as socket:
            assert socket.receive_json()["type"] == "start"


def test_each_key_has_its_limit(checkpoints: Path) -> None:
    """Whoever has used up a key is refused with it; the other key draws on."""
    with client_of(checkpoints, api_keys=KEYS, key_rate_limit="2/hour", rate_limit="1/hour") as client:
        ann, bob = {"X-API-Key": ANN}, {"X-API-Key": BOB}
        assert [client.get("/draw/cat", headers=ann).status_code for _ in range(3)] == [200, 200, 429]
        assert client.get("/draw/cat", headers=bob).status_code == 200


def test_a_page_of_another_origin_may_bring_a_key(locked: TestClient) -> None:
    """A preflight needs none, and says that the headers of a key may be sent; a refusal reaches the page too."""
    origin = {"Origin": "https://page.example"}
    asked = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization,x-api-key"}
    assert locked.options("/draw/cat", headers=origin | asked).status_code == 200
    refused = locked.get("/draw/cat", headers=origin)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (401, "https://page.example")


def test_docs_ask_for_a_key(locked: TestClient, client: TestClient) -> None:
    """The OpenAPI document says that a key is needed where it is, and only there."""
    assert locked.get("/openapi.json").json()["security"] == [{"key": []}]
    assert "security" not in client.get("/openapi.json").json()


def test_secrets_are_told_nowhere(checkpoints: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither the log nor what settings look like has a key in it."""
    with caplog.at_level(logging.DEBUG), client_of(checkpoints, api_keys=KEYS) as client:
        client.get("/draw/cat", headers={"X-API-Key": ANN})
        assert ANN not in repr(client.app.state.service.settings)  # type: ignore[attr-defined]
    assert ANN not in caplog.text
    assert ANN not in repr(KEYS)


def test_every_key_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    """However early one fits, and whole digests, so that time tells nothing."""
    compared: list[tuple[bytes, bytes]] = []

    def compare(a: bytes, b: bytes) -> bool:
        compared.append((a, b))
        return a == b

    monkeypatch.setattr("app.middleware.api_keys.hmac.compare_digest", compare)
    assert find_key(KEYS, ANN) == KEYS[0]
    assert len(compared) == 2
    assert {len(part) for pair in compared for part in pair} == {32}
    assert find_key(KEYS, "") is None


@pytest.mark.parametrize(
    "text", ["", ANN, f":{ANN}", "ann:short", f"an n:{ANN}", f"ann:{ANN} ", f"ann:{ANN}é", f"ann:{'a' * 257}"]
)
def test_a_poor_key_is_refused(text: str) -> None:
    """One without a name, too short to be safe, or that fits no header; the message does not repeat it."""
    with pytest.raises(ValueError, match="Should be name:key") as caught:
        parse_key(text)
    assert ANN not in str(caught.value)


@pytest.mark.parametrize("path", ["/draw/cat?seed=7", "/draw/cat?seed=7&format=png", "/categories/cat/thumbnail?v={}"])
def test_shared_caches_keep_nothing_that_takes_a_key(checkpoints: Path, client: TestClient, path: str) -> None:
    """A cache that several clients share would hand it to those without one; a client's own may keep it as ever."""
    [cat] = client.get("/categories", params={"q": "cat", "limit": 1}).json()["categories"]
    path = path.format(cat["thumbnail_url"].partition("v=")[2])
    kept = client.get(path).headers["cache-control"]
    assert "public" in kept
    with client_of(checkpoints, api_keys=KEYS) as locked:
        assert locked.get(path, headers={"X-API-Key": ANN}).headers["cache-control"] == kept.replace(
            "public", "private"
        )
