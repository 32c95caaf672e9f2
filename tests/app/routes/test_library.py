import threading
from pathlib import Path
from typing import Any

import pytest

from app.application import create_app
from app.catalogue.catalogue import Catalogue, read_catalogue
from app.routes import library
from app.routes.service import Service
from tests.app.tiny import client_of, in_background, serving, settings_for, write_checkpoint


def test_drawings_wait_for_the_catalogue(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """While checkpoints are loaded /readyz is 503 and a drawing waits; it is answered once they are."""
    free = threading.Event()

    def slowly(root: Path, **asked: Any) -> Catalogue:
        free.wait(30)
        return read_catalogue(root, **asked)

    monkeypatch.setattr(library, "read_catalogue", slowly)
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

    monkeypatch.setattr(library, "read_catalogue", fail)
    with serving(create_app(settings_for(checkpoints)), ready=False) as client:
        assert client.get("/draw/cat").status_code == 503
        assert client.get("/readyz").status_code == 503
    assert "disk on fire" in caplog.text


def test_only_so_many_are_loaded_before_ready(checkpoints: Path) -> None:
    """Defaults come first; another checkpoint is loaded with its first drawing."""
    app = create_app(settings_for(checkpoints, preload=1))
    with serving(app) as client:
        assert len(app.state.service.library.cache) == 1
        assert client.get("/readyz").json()["categories"] == 3
        assert client.get("/draw/penguin").status_code == 200
        assert len(app.state.service.library.cache) == 2


def test_metrics_say_what_is_loaded(checkpoints: Path) -> None:
    """The number of checkpoints in memory and the bytes of their weights are read where they lie."""
    app = create_app(settings_for(checkpoints, preload=2))
    with serving(app):
        service: Service = app.state.service
        value = service.metrics.registry.get_sample_value
        assert value("inkstream_loaded_checkpoints") == 2
        assert value("inkstream_loaded_checkpoints_bytes") == service.library.cache.bytes > 0


def test_a_checkpoint_that_was_damaged_meanwhile_is_503(tmp_path: Path) -> None:
    """What cannot be loaded any more is said; the others draw."""
    model = write_checkpoint(tmp_path, "cat") / "model.pt"
    write_checkpoint(tmp_path, "owl")
    with client_of(tmp_path, preload=0) as client:
        model.write_bytes(b"")
        answer = client.get("/draw/cat")
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:unloadable")
        assert client.get("/draw/owl").status_code == 200
