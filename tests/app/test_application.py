from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.application import create_app
from tests.app.tiny import client_of, settings_for

ORIGIN = {"Origin": "https://page.example"}


def test_nothing_is_loaded_before_it_starts(tmp_path: Path) -> None:
    """Creating an application starts no thread and reads no checkpoint."""
    app = create_app(settings_for(tmp_path))
    assert not hasattr(app.state, "service")


def test_docs_need_no_other_host(client: TestClient) -> None:
    """/docs takes its scripts and styles from the service, which has them."""
    page = client.get("/docs").text
    assert "http://" not in page
    assert "https://" not in page
    for asset in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon.png"):
        assert f"/docs-assets/{asset}" in page
        assert client.get(f"/docs-assets/{asset}").status_code == 200


def test_other_origins_are_not_let_in(client: TestClient) -> None:
    """Without configured origins no answer has CORS headers."""
    assert not [name for name in client.get("/draw/cat", headers=ORIGIN).headers if name.startswith("access-control")]


@pytest.mark.parametrize("origins", [("https://page.example",), ("*",)])
def test_configured_origins_may_draw(checkpoints: Path, origins: tuple[str, ...]) -> None:
    """A page of a configured origin may GET, and see category, seed and temperatures; an error reaches it too."""
    with client_of(checkpoints, origins=origins) as client:
        for path in ("/draw/cat", "/draw/nobody"):
            answer = client.get(path, headers=ORIGIN)
            assert answer.headers["access-control-allow-origin"] in ("*", "https://page.example")
            exposed = answer.headers["access-control-expose-headers"]
            assert {"X-Inkstream-Category", "X-Inkstream-Seed", "X-Inkstream-Temp-XY", "X-Inkstream-Temp-P"} <= set(
                exposed.split(", ")
            )
        asked = {**ORIGIN, "Access-Control-Request-Method": "GET"}
        assert client.options("/draw/cat", headers=asked).status_code == 200
        assert client.options("/draw/cat", headers={**asked, "Access-Control-Request-Method": "PUT"}).status_code == 400
        assert client.options("/draw/cat").status_code == 204


def test_an_origin_that_is_not_configured_stays_out(checkpoints: Path) -> None:
    """Only the configured origins are let in."""
    with client_of(checkpoints, origins=("https://page.example",)) as client:
        headers = client.get("/draw/cat", headers={"Origin": "https://other.example"}).headers
        assert "access-control-allow-origin" not in headers
