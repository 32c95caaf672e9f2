from pathlib import Path

from starlette.testclient import TestClient

from app.application import create_app
from tests.app.tiny import settings_for


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
