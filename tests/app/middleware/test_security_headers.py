import re
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.application import create_app
from tests.app.tiny import serving, settings_for

EVERYWHERE = {"x-content-type-options": "nosniff", "referrer-policy": "no-referrer"}


@pytest.mark.parametrize(
    "path", ["/draw/cat", "/draw/cat?format=json", "/draw/nobody", "/nowhere", "/categories", "/docs", "/metrics"]
)
def test_every_answer_is_guarded(client: TestClient, path: str) -> None:
    """No type is guessed, no address is passed on, nothing of ours may be framed, whatever the status."""
    headers = client.get(path).headers
    assert EVERYWHERE.items() <= headers.items()
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert "camera=()" in headers["permissions-policy"]


def test_only_what_is_drawn_may_be_embedded(client: TestClient) -> None:
    """Any page may show a drawing, and what there is to draw; nothing else is lent to the pages of others."""
    for path, policy in (
        ("/draw/cat?seed=1", "cross-origin"),
        ("/categories", "cross-origin"),
        ("/metrics", "same-origin"),
        ("/docs", "same-origin"),
    ):
        assert client.get(path).headers["cross-origin-resource-policy"] == policy


def test_a_drawing_runs_nothing(client: TestClient) -> None:
    """An SVG that is opened by itself is in a sandbox without scripts."""
    policy = client.get("/draw/cat").headers["content-security-policy"]
    assert "sandbox" in policy.split("; ")
    assert "script" not in policy


def test_docs_load_nothing_from_elsewhere(client: TestClient) -> None:
    """The policy of /docs lets in what the page uses, all of it the service's own."""
    answer = client.get("/docs")
    assert not re.search(r"https?:|\*", answer.headers["content-security-policy"])
    assert set(re.findall(r'(?:src|href)="([^"]*)"', answer.text)) <= {
        "./docs-assets/swagger-ui-bundle.js",
        "./docs-assets/swagger-ui.css",
        "./docs-assets/favicon.png",
    }


def test_a_route_has_the_last_word(checkpoints: Path) -> None:
    """What an answer says of itself is not said twice."""
    app = create_app(settings_for(checkpoints))

    @app.get("/own")
    def own() -> Response:
        return Response(headers={"Content-Security-Policy": "default-src 'self'"})

    with serving(app) as client:
        assert client.get("/own").headers.get_list("content-security-policy") == ["default-src 'self'"]


def test_a_refused_websocket_is_guarded(client: TestClient) -> None:
    """The answer to a WebSocket that is not opened is one like any other."""
    with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect("/ws/draw/nobody"):
        pass
    assert EVERYWHERE.items() <= caught.value.headers.items()


def test_a_crash_tells_nothing(checkpoints: Path) -> None:
    """What nobody foresaw is a problem without a trace of the inside."""
    app = create_app(settings_for(checkpoints))

    @app.get("/crash")
    def crash() -> None:
        raise RuntimeError("secret of the inside")

    with serving(app) as client:
        answer = client.get("/crash")
    assert (answer.status_code, answer.headers["content-type"]) == (500, "application/problem+json")
    assert not re.search(r"secret|Traceback|RuntimeError|\.py", answer.text)
