import asyncio
import threading
from pathlib import Path
from typing import Any

import pytest
import torch
from fastapi import FastAPI

from app.application import create_app
from app.errors import SettingsError
from app.settings import Settings
from tests.app.tiny import busy, in_background, serving, settings_for, until


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


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_a_device_that_is_not_there_stops_the_start(checkpoints: Path) -> None:
    """Asking for CUDA where there is none is an error at the start, not a slow service."""
    app = create_app(Settings(checkpoints=checkpoints, device="cuda"))
    with pytest.raises(SettingsError, match="no CUDA device"), serving(app):
        pass
