import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse

from app.formats.problems import MEDIA_TYPE
from app.middleware.header_limit import FIELD_BYTES


@pytest.mark.parametrize("header", ["Accept", "If-None-Match", "Accept-Encoding", "Origin", "X-Forwarded-For", "Host"])
def test_a_long_header_is_refused(client: TestClient, header: str) -> None:
    """A header that the service reads has a bound, and the answer names it."""
    answer = client.get("/draw/penguin", headers={header: "a" * (FIELD_BYTES + 1)})
    assert (answer.status_code, answer.headers["content-type"]) == (431, MEDIA_TYPE)
    assert header.lower() in answer.json()["detail"]
    assert client.get("/healthz", headers={header: "a" * (FIELD_BYTES - 100)}).status_code == 200


def test_lines_of_one_name_count_together(client: TestClient) -> None:
    """A header that comes in many lines is as long as all of them."""
    lines = [("If-None-Match", '"a"' * 500)] * 3
    assert client.get("/draw/penguin", headers=lines).status_code == 431


def test_what_the_service_does_not_read_may_be_long(client: TestClient) -> None:
    """Cookies of other services on the same host keep nobody out."""
    assert client.get("/draw/penguin", headers={"Cookie": "a" * 2 * FIELD_BYTES}).status_code == 200


def test_a_websocket_is_refused_likewise(client: TestClient) -> None:
    """Its handshake is answered with a problem too."""
    with (
        pytest.raises(WebSocketDenialResponse) as caught,
        client.websocket_connect("/ws/draw/penguin", headers={"Origin": "a" * (FIELD_BYTES + 1)}),
    ):
        pass
    assert caught.value.status_code == 431


@pytest.mark.parametrize("host", ["[", "[::1", "a]b", "http://["])
def test_a_host_that_is_no_url_is_no_fault(client: TestClient, host: str) -> None:
    """The service parses no URL of a client's making: what it cannot be reached by does no harm."""
    assert client.get("/nothing", headers={"Host": host}).status_code == 404
    assert client.get("/draw/nothing", headers={"Host": host}).status_code == 404


@pytest.mark.parametrize(
    "origin", ["http://[", "http://]", "null", "", "[", "http://\u2100".encode().decode("latin-1")]
)
def test_an_origin_that_is_no_url_is_refused(client: TestClient, origin: str) -> None:
    """It is nobody's origin, so it may not open a WebSocket; the answer is 403 rather than a fault of the service."""
    with (
        pytest.raises(WebSocketDenialResponse) as caught,
        client.websocket_connect("/ws/draw/penguin", headers={"Origin": origin.encode("latin-1")}),
    ):
        pass
    assert caught.value.status_code == 403
