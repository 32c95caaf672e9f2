import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi import FastAPI

from app.application import create_app
from app.catalogue.catalogue import Catalogue, read_catalogue
from app.errors import SettingsError
from app.routes import service as service_module
from app.routes.service import Service
from app.settings import Settings
from tests.app.tiny import busy, client_of, serving, settings_for, until, write_checkpoint


def in_background(call: Any, *args: Any) -> tuple[threading.Thread, list[Any]]:
    results: list[Any] = []
    thread = threading.Thread(target=lambda: results.append(call(*args)))
    thread.start()
    return thread, results


def waiting(app: FastAPI, count: int) -> None:
    until(lambda: f" {count} waiting" in repr(app.state.service.engine))


def test_the_event_loop_answers_while_a_drawing_is_decoded(checkpoints: Path) -> None:
    """However long a drawing takes, other requests are answered meanwhile, and it is answered in the end."""
    app = create_app(settings_for(checkpoints))
    with serving(app) as client:
        with busy(app.state.service.engine):
            thread, drawn = in_background(client.get, "/draw/cat")
            waiting(app, 1)
            for path in ("/healthz", "/readyz", "/categories", "/draw/nobody"):
                assert client.get(path).status_code in (200, 404)
            assert not drawn
        thread.join(30)
        assert drawn[0].status_code == 200


def test_a_full_queue_is_429_with_retry_after(checkpoints: Path) -> None:
    """One drawing more than may wait is refused with a time to come back; the others are answered."""
    app = create_app(settings_for(checkpoints, queue_limit=1, batch_limit=1))
    with serving(app) as client:
        with busy(app.state.service.engine):
            asked = [in_background(client.get, "/draw/cat") for _ in range(2)]
            waiting(app, 2)
            answer = client.get("/draw/cat")
            assert answer.status_code == 429
            assert answer.json()["type"] == "urn:inkstream:problem:queue-full"
            assert int(answer.headers["retry-after"]) > 0
        for thread, drawn in asked:
            thread.join(30)
            assert drawn[0].status_code == 200


def test_a_drawing_past_its_deadline_is_503(checkpoints: Path) -> None:
    """A drawing not ready in time is given up with an answer, and its place in the queue is free."""
    app = create_app(settings_for(checkpoints, deadline=0.1))
    with serving(app) as client, busy(app.state.service.engine):
        answer = client.get("/draw/cat")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:too-late")
        waiting(app, 0)


def test_a_client_that_hangs_up_frees_its_place(checkpoints: Path) -> None:
    """A request whose client is gone leaves the queue."""
    app = create_app(settings_for(checkpoints))
    with serving(app) as client, busy(app.state.service.engine):
        gone = threading.Event()

        async def hang_up() -> None:
            messages = [{"type": "http.request", "body": b"", "more_body": False}]

            async def receive() -> dict[str, Any]:
                if messages:
                    return messages.pop()
                await asyncio.to_thread(gone.wait, 30)
                return {"type": "http.disconnect"}

            async def send(message: Any) -> None:
                pass

            scope = {"type": "http", "method": "GET", "path": "/draw/cat", "query_string": b"", "headers": []}
            await app(scope, receive, send)

        assert client.portal is not None
        future = client.portal.start_task_soon(hang_up)
        waiting(app, 1)
        gone.set()
        future.result(30)
        waiting(app, 0)


def test_drawings_wait_for_the_catalogue(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While checkpoints are loaded /readyz is 503 and a drawing waits; it is answered once they are."""
    free = threading.Event()

    def slowly(root: Path, **asked: Any) -> Catalogue:
        free.wait(30)
        return read_catalogue(root, **asked)

    monkeypatch.setattr(service_module, "read_catalogue", slowly)
    with serving(create_app(settings_for(checkpoints)), ready=False) as client:
        thread, drawn = in_background(client.get, "/draw/cat")
        answer = client.get("/readyz")
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")
        assert client.get("/healthz").status_code == 200
        assert not drawn
        free.set()
        thread.join(30)
        assert drawn[0].status_code == 200
        assert client.get("/readyz").status_code == 200


def test_a_failure_to_load_is_told(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Where loading itself fails, the log has the reason and every drawing is 503 at once."""

    def fail(_root: Path, **_asked: Any) -> Catalogue:
        raise OSError("disk on fire")

    monkeypatch.setattr(service_module, "read_catalogue", fail)
    with serving(create_app(settings_for(checkpoints)), ready=False) as client:
        assert client.get("/draw/cat").status_code == 503
        assert client.get("/readyz").status_code == 503
    assert "disk on fire" in caplog.text


def test_only_so_many_are_loaded_before_ready(checkpoints: Path) -> None:
    """Defaults come first; another checkpoint is loaded with its first drawing."""
    app = create_app(settings_for(checkpoints, preload=1))
    with serving(app) as client:
        assert len(app.state.service.checkpoint_cache) == 1
        assert client.get("/readyz").json()["categories"] == 3
        assert client.get("/draw/penguin").status_code == 200
        assert len(app.state.service.checkpoint_cache) == 2


def test_metrics_say_what_is_loaded(checkpoints: Path) -> None:
    """The number of checkpoints in memory and the bytes of their weights are read where they lie."""
    app = create_app(settings_for(checkpoints, preload=2))
    with serving(app):
        service: Service = app.state.service
        value = service.metrics.registry.get_sample_value
        assert value("inkstream_loaded_checkpoints") == 2
        assert value("inkstream_loaded_checkpoints_bytes") == service.checkpoint_cache.bytes > 0


def test_a_checkpoint_that_was_damaged_meanwhile_is_503(tmp_path: Path) -> None:
    """What cannot be loaded any more is said; the others draw."""
    model = write_checkpoint(tmp_path, "cat") / "model.pt"
    write_checkpoint(tmp_path, "owl")
    with client_of(tmp_path, preload=0) as client:
        model.write_bytes(b"")
        answer = client.get("/draw/cat")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:unloadable")
        assert client.get("/draw/owl").status_code == 200


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_a_device_that_is_not_there_stops_the_start(checkpoints: Path) -> None:
    """Asking for CUDA where there is none is an error at the start, not a slow service."""
    app = create_app(Settings(checkpoints=checkpoints, device="cuda"))
    with pytest.raises(SettingsError, match="no CUDA device"), serving(app):
        pass
