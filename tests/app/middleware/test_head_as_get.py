import pytest
from starlette.testclient import TestClient

from tests.app.tiny import until

PATHS = ["/draw/cat?seed=7", "/categories", "/categories/cat", "/healthz", "/readyz", "/docs", "/openapi.json", "/no"]


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    """HEAD has the status and headers of GET, length included, on every route and on none."""
    # without an id of the request each answer would have its own; a compressed one would be longer when it is read
    one = {"X-Request-ID": "one", "Accept-Encoding": "identity"}
    got, head = client.get(path, headers=one), client.head(path, headers=one)
    assert head.content == b""
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))
    assert int(head.headers["content-length"]) == len(got.content) > 0


def test_head_of_a_stream_draws_nothing(client: TestClient, long: int) -> None:
    """The headers of a stream come at once, and the drawing that nobody reads gives its place back."""
    service = client.app.state.service  # type: ignore[attr-defined] # starlette's type of an app
    head = client.head(f"/draw/cat/stream?pace=1&seed={long}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/event-stream")
    until(lambda: service.engine.is_idle() and not service.draining.lives)
