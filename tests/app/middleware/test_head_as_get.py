import pytest
from starlette.testclient import TestClient

PATHS = ["/draw/cat?seed=7", "/categories", "/categories/cat", "/healthz", "/readyz", "/docs", "/openapi.json", "/no"]


@pytest.mark.parametrize("path", PATHS)
def test_head_is_get_without_its_body(client: TestClient, path: str) -> None:
    """HEAD has the status and headers of GET, length included, on every route and on none."""
    one = {"X-Request-ID": "one"}  # else each answer would have its own
    got, head = client.get(path, headers=one), client.head(path, headers=one)
    assert head.content == b""
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))
    assert int(head.headers["content-length"]) == len(got.content) > 0
