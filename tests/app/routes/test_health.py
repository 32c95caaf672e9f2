from pathlib import Path

from starlette.testclient import TestClient

from app.application import create_app
from tests.app.tiny import serving, settings_for


def test_a_service_that_draws_is_alive_and_ready(client: TestClient) -> None:
    """Both answer 200, and /readyz counts the categories."""
    assert client.get("/healthz").json() == {"status": "ok"}
    assert client.get("/readyz").json() == {"status": "ready", "categories": 3}


def test_without_a_checkpoint_it_is_alive_but_not_ready(tmp_path: Path) -> None:
    """Nothing to draw: alive, not ready, and a drawing is a 503 that says so rather than a 404."""
    with serving(create_app(settings_for(tmp_path)), ready=False) as client:
        assert client.get("/healthz").status_code == 200
        for path in ("/readyz", "/draw/penguin", "/categories"):
            answer = client.get(path)
            assert answer.status_code == 503
            assert int(answer.headers["retry-after"]) > 0
            assert answer.json()["type"] == "urn:inkstream:problem:not-ready"


def test_every_documented_path_refuses_unknown_parameters(client: TestClient) -> None:
    """A slip in a parameter is told, whatever was asked for."""
    for path in client.get("/openapi.json").json()["paths"]:
        answer = client.get(path.format(category="cat", name="cat", a="cat", b="cat", seed=1), params={"x": ""})
        assert answer.status_code in (405, 422), path
