import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.application import create_app
from tests.app.tiny import serving, settings_for


@pytest.mark.parametrize(
    ("given", "kept"), [("abc-1.2_3", True), ("", False), ("a b", False), ("x" * 65, False), ("a\tb", False)]
)
def test_every_answer_has_an_id(client: TestClient, given: str, kept: bool) -> None:
    """A sane id of the client's is kept, anything else is replaced; errors have one too."""
    for path in ("/healthz", "/nowhere"):
        name = client.get(path, headers={"X-Request-ID": given}).headers["x-request-id"]
        assert (name == given) is kept
        assert name


def test_ids_differ(client: TestClient) -> None:
    """Each request has its own."""
    assert len({client.get("/healthz").headers["x-request-id"] for _ in range(5)}) == 5


def test_requests_are_logged_with_their_fields(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A line for each, with what a machine needs as fields."""
    with caplog.at_level(logging.INFO, "app.middleware.telemetry"):
        client.get("/draw/nobody?seed=1")
        with client.websocket_connect("/ws/draw/cat?wait=1"):
            pass
    http, socket = [record for record in caplog.records if record.name == "app.middleware.telemetry"]
    assert http.getMessage().startswith("GET /draw/nobody 404 ")
    assert (http.__dict__["status"], http.__dict__["path"]) == (404, "/draw/nobody")
    assert socket.getMessage().startswith("WEBSOCKET /ws/draw/cat 101 ")


def test_requests_are_counted_by_route(checkpoints: Path) -> None:
    """By the route's template, so that no client can make up labels."""
    app = create_app(settings_for(checkpoints))
    with serving(app) as client:
        for path in ("/draw/cat", "/draw/penguin", "/draw/nobody", "/nowhere/1", "/nowhere/2"):
            client.get(path)
        client.request("PROPFIND", "/draw/cat")
        value: Callable[..., float | None] = app.state.service.metrics.registry.get_sample_value
        for route, method, status, count in (
            ("/draw/{category}", "GET", "200", 2),
            ("/draw/{category}", "GET", "404", 1),
            ("/draw/{category}", "other", "405", 1),
            ("none", "GET", "404", 2),
        ):
            labels = {"route": route, "method": method, "status": status}
            assert value("inkstream_requests_total", labels) == count, labels


@pytest.mark.parametrize("name", ["a%0aforged%20200", "a%20200%200.1%20ms", "%e2%80%a8", "%ff", "%00", "%1b%5b2K"])
def test_a_path_is_one_word_of_its_line(client: TestClient, caplog: pytest.LogCaptureFixture, name: str) -> None:
    """The line has four words and the unit, whatever the path, and JSON has the path as it was meant."""
    with caplog.at_level(logging.INFO, "app.middleware.telemetry"):
        client.get(f"/draw/{name}")
    [record] = [record for record in caplog.records if record.name == "app.middleware.telemetry"]
    method, path, status, _, unit = record.getMessage().split(" ")
    assert (method, path.isascii(), path.isprintable(), status, unit) == ("GET", True, True, "404", "ms")


def test_a_long_path_is_cut_in_the_log(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Many long paths do not fill a disk so soon."""
    with caplog.at_level(logging.INFO, "app.middleware.telemetry"):
        client.get("/" + "a" * 10_000)
    [record] = [record for record in caplog.records if record.name == "app.middleware.telemetry"]
    assert len(record.getMessage()) < 1100
