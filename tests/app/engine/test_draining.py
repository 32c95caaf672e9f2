"""The end of the service, below any server: what uvicorn of ours does with it is tested beside it."""

import asyncio
import inspect
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import httpx2
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from app.application import create_app
from app.engine.draining import Draining
from app.routes.service import Service
from tests.app.routes.test_service import waiting
from tests.app.tiny import busy, client_of, in_background, serving, settings_for

SHUTTING_DOWN = "urn:inkstream:problem:shutting-down"


def draining_of(client: TestClient) -> Draining:
    """That of the application that a client has."""
    draining: Draining = cast("FastAPI", client.app).state.service.draining
    return draining


def tell(client: TestClient, what: Callable[[], object]) -> None:
    """Call a function in the application's event loop, and wait for it."""

    async def call() -> None:
        result = what()
        if inspect.isawaitable(result):
            await result

    assert client.portal is not None
    client.portal.call(call)


def to_its_close(session: WebSocketTestSession) -> tuple[list[dict[str, Any]], WebSocketDisconnect]:
    """All messages that come, and the close frame after them."""
    messages = []
    while True:
        try:
            messages.append(session.receive_json())
        except WebSocketDisconnect as closed:
            return messages, closed


@pytest.mark.anyio
@pytest.mark.parametrize(("grace", "status"), [(30, 200), (0, 503)])
async def test_the_end_of_the_lifespan_waits_for_what_waits(checkpoints: Path, grace: float, status: int) -> None:
    """A drawing that waits when the application ends is answered: with itself within the grace, with 503 after it."""
    app = create_app(settings_for(checkpoints, grace=grace))
    async with app.router.lifespan_context(app):
        service: Service = app.state.service
        await service.library.catalogue()
        async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://test") as client:
            with busy(service.engine):
                drawing = asyncio.create_task(client.get("/draw/cat"))
                await asyncio.to_thread(waiting, app, 1)
                stopping = asyncio.create_task(service.stop())
                if grace:
                    await asyncio.sleep(0)
                else:
                    await drawing
            answer = await drawing
            assert (answer.status_code, answer.json().get("type") if status == 503 else None) == (
                status,
                SHUTTING_DOWN if status == 503 else None,
            )
            await stopping


def test_a_service_that_drains_finishes_what_it_draws(checkpoints: Path) -> None:
    """Once told to stop it is not ready and takes nothing new; what it draws already is answered; then it is idle."""
    app = create_app(settings_for(checkpoints))
    with serving(app) as client:
        draining = app.state.service.draining
        with busy(app.state.service.engine):
            thread, drawn = in_background(client.get, "/draw/cat")
            waiting(app, 1)
            draining.begin()
            assert client.get("/readyz").json()["detail"] == "The service is shutting down."
            assert client.get("/draw/cat").json()["type"] == SHUTTING_DOWN
            assert client.get("/healthz").status_code == 200
            assert not draining.is_idle()
        thread.join(30)
        assert drawn[0].status_code == 200
        assert draining.is_idle()


def test_idle_sockets_close_and_none_opens(checkpoints: Path) -> None:
    """Those that draw nothing are closed with 1012 at once; another handshake is answered with 503."""
    with client_of(checkpoints) as client, client.websocket_connect("/ws/draw/cat?wait=1") as session:
        tell(client, draining_of(client).begin)
        messages, closed = to_its_close(session)
        assert (messages, closed.code, closed.reason) == ([], 1012, "the service stops: connect again")
        with pytest.raises(WebSocketDenialResponse) as refused, client.websocket_connect("/ws/draw/cat?wait=1"):
            pass
        assert (refused.value.status_code, refused.value.json()["type"]) == (503, SHUTTING_DOWN)


def test_what_a_router_has_sent_already_is_drawn(checkpoints: Path) -> None:
    """Where a router sends what is new elsewhere, what comes all the same is answered; then its socket closes."""
    with client_of(checkpoints) as client, client.websocket_connect("/ws/draw/cat?wait=1") as idle:
        tell(client, lambda: draining_of(client).begin(refuse=False))
        assert to_its_close(idle)[1].code == 1012
        assert client.get("/readyz").status_code == 503
        assert client.get("/draw/cat").status_code == 200
        with client.websocket_connect("/ws/draw/cat?seed=7") as late:
            messages, closed = to_its_close(late)
        assert (messages[-1]["type"], closed.code) == ("end", 1012)
        tell(client, draining_of(client).finish)
        assert client.get("/draw/cat").json()["type"] == SHUTTING_DOWN


def test_what_is_drawn_on_a_socket_ends_first(checkpoints: Path, long: int) -> None:
    """A live drawing that ends within the grace comes whole, and then its socket closes with 1012."""
    with client_of(checkpoints) as client, client.websocket_connect(f"/ws/draw/cat?pace=1&seed={long}") as session:
        assert session.receive_json()["type"] == "start"
        tell(client, draining_of(client).begin)
        session.send_json({"type": "change", "pace": 1000})
        messages, closed = to_its_close(session)
        assert messages[-1]["type"] == "end"
        assert messages[-1]["reason"] in ("finished", "max_points")
        assert closed.code == 1012


def test_who_is_cut_off_learns_how_to_go_on(checkpoints: Path, long: int) -> None:
    """After the grace the socket of a live drawing closes with 1012, its seed, and how many rows the client has."""
    with (
        client_of(checkpoints, grace=0) as client,
        client.websocket_connect(f"/ws/draw/cat?pace=1&seed={long}") as session,
    ):
        first = [session.receive_json() for _ in range(2)]
        tell(client, draining_of(client).finish)
        messages, closed = to_its_close(session)
        rows = sum(len(message["stroke5"]) for message in [*first, *messages] if message["type"] == "points")
        assert {message["type"] for message in messages} <= {"points"}
        reason = f"the service stops: connect again and draw with seed={long}&resume={rows}"
        assert (closed.code, closed.reason) == (1012, reason)
        assert draining_of(client).is_idle()


def test_another_drawing_is_for_another_service(checkpoints: Path, long: int) -> None:
    """A client that asks for one on a socket that still draws is sent away: it wants nothing of the first any more."""
    with client_of(checkpoints) as client, client.websocket_connect(f"/ws/draw/cat?pace=1&seed={long}") as session:
        assert session.receive_json()["type"] == "start"
        tell(client, draining_of(client).begin)
        session.send_text(json.dumps({"type": "draw", "seed": 5}))
        messages, closed = to_its_close(session)
        assert {message["type"] for message in messages} <= {"points"}
        assert (closed.code, closed.reason) == (1012, "the service stops: connect again")
