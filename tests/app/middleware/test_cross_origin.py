from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.middleware.cross_origin import parse_origin
from tests.app.tiny import client_of

PAGE = "https://page.example"
KEY = "k" * 20
ORIGIN = {"Origin": PAGE}
LINE = {"strokes": [[[0, 0], [40, -60], [80, 0]]]}


@pytest.fixture(scope="module")
def named(checkpoints: Path) -> Iterator[TestClient]:
    """Of a service that lets pages of one origin do everything."""
    with client_of(checkpoints, origins=(PAGE,)) as client:
        yield client


@pytest.fixture(scope="module")
def keyed(checkpoints: Path) -> Iterator[TestClient]:
    """The same, to all who have a key."""
    with client_of(checkpoints, origins=(PAGE,), api_keys=f"ann:{KEY}") as client:
        yield client


def allowed(client: TestClient, path: str, method: str = "GET", **headers: str) -> str | None:
    """The origin that an answer lets in, if any."""
    answer = client.request(method, path, headers=headers, json=LINE if method == "POST" else None)
    origin: str | None = answer.headers.get("access-control-allow-origin")
    return origin


@pytest.mark.parametrize(
    "path",
    [
        "/draw/cat",
        "/draw/cat.png?seed=7",
        "/draw/cat/seed/ada",
        "/draw/cat/stream",
        "/draw/nobody",
        "/draw/cat?seed=-1",
        "/categories",
        "/categories/cat",
        "/categories/cat/thumbnail",
    ],
)
def test_every_page_may_read_drawings(client: TestClient, named: TestClient, path: str) -> None:
    """Errors too, whoever asks, so that what a cache has of an <img> is good for a script; all headers are told."""
    for service in (client, named):
        for headers in ({}, ORIGIN, {"Origin": "null"}):
            answer = service.get(path, headers=headers)
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["access-control-expose-headers"] == "*"
            assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
            assert "Origin" not in answer.headers.get("vary", "")
    assert allowed(client, path, "HEAD", **ORIGIN) == "*"


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *[("GET", path) for path in ("/", "/docs", "/openapi.json", "/healthz", "/metrics", "/nowhere", "/drawings")],
        *[("POST", path) for path in ("/complete/cat", "/recognise", "/like/cat", "/between", "/draw/cat")],
    ],
)
def test_nothing_else_is_open(client: TestClient, method: str, path: str) -> None:
    """No other path, and no other method, without a setting."""
    assert allowed(client, path, method, **ORIGIN) is None


def test_a_page_may_send_headers_to_read(client: TestClient) -> None:
    """A preflight for GET is answered; one for POST is not allowed, and OPTIONS by itself is what it was."""
    asked = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "x-request-id"}
    answer = client.options("/draw/cat", headers=asked)
    assert (answer.status_code, answer.headers["access-control-allow-headers"]) == (204, "*")
    assert "GET" in answer.headers["access-control-allow-methods"]
    refused = client.options("/complete/cat", headers={**asked, "Access-Control-Request-Method": "POST"})
    assert "access-control-allow-origin" not in refused.headers
    assert client.options("/draw/cat").headers["allow"]


def test_pages_of_configured_origins_may_do_the_rest(named: TestClient) -> None:
    """They may POST, and others may not."""
    assert allowed(named, "/complete/cat", "POST", **ORIGIN) == PAGE
    assert allowed(named, "/complete/cat", "POST", Origin="https://other.example") is None
    asked = {**ORIGIN, "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
    assert named.options("/complete/cat", headers=asked).status_code == 200


def test_with_keys_only_configured_origins_read(keyed: TestClient) -> None:
    """They may bring the key, and read why they are refused; nothing is lent to the pages of others."""
    for headers in ({}, {"Authorization": f"Bearer {KEY}"}):
        for path in ("/draw/cat", "/categories"):
            answer = keyed.get(path, headers={**ORIGIN, **headers})
            assert answer.status_code == (200 if headers else 401)
            assert answer.headers["access-control-allow-origin"] == PAGE
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert allowed(keyed, path, Origin="https://other.example", **headers) is None
    asked = {**ORIGIN, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
    assert keyed.options("/draw/cat", headers=asked).headers["access-control-allow-origin"] == PAGE


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("https://Page.Example/", "https://page.example"),
        ("https://page.example:443", "https://page.example"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("http://[::1]:80/", "http://[::1]"),
        ("capacitor://localhost", "capacitor://localhost"),
        ("null", "null"),
        ("*", "*"),
    ],
)
def test_an_origin_is_read_as_browsers_write_it(text: str, origin: str) -> None:
    """However a person writes it: in capitals, with a slash at the end, with the port that browsers leave out."""
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text", ["page.example", "https://page.example/draw", "https://*.page.example", "https://", "https://a b", "//x.y"]
)
def test_what_no_page_has_is_no_origin(text: str) -> None:
    """It would let in nobody, without a word."""
    with pytest.raises(ValueError, match="Should be like https://"):
        parse_origin(text)
