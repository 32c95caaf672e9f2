"""What a replica takes from Ray, and what it tells it, without a cluster."""

import asyncio
from typing import Any

import pytest
from starlette.types import Message, Receive, Scope, Send

from app.settings import Settings

pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")

from ray.serve._private.replica import Replica as Serves

from inkstream.cluster import stopping
from inkstream.cluster.application import options_for
from inkstream.cluster.proxy import ClosesSockets
from inkstream.cluster.replica import settings_of


@pytest.mark.parametrize(
    ("resources", "threads", "device"),
    [({"CPU": 1.0}, 1, "cpu"), ({"CPU": 8.0}, 7, "cpu"), ({"CPU": 2.0, "GPU": 0.5}, 1, "cuda"), ({}, 1, "cpu")],
)
def test_a_replica_takes_what_ray_gave_it(resources: dict[str, float], threads: int, device: str) -> None:
    """Threads go by its cores, not by the machine's, and a replica without a GPU leaves those of the node alone."""
    settings = settings_of({}, resources)
    assert (settings.threads, settings.device) == (threads, device)


def test_what_is_said_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """serve.yaml before the environment, and the environment before what Ray gave."""
    monkeypatch.setenv("INKSTREAM_THREADS", "5")
    monkeypatch.setenv("INKSTREAM_DEVICE", "cpu")
    resources = {"CPU": 8.0, "GPU": 1.0}
    settings = settings_of({"grace": 3}, resources)
    assert (settings.threads, settings.device, settings.grace) == (5, "cpu", 3)
    assert settings_of({"threads": 2}, resources).threads == 2


def test_newcomers_do_not_starve() -> None:
    """Serve hands a replica all that the service takes: it counts each WebSocket, and its own limit would be 5."""
    settings = Settings()
    options = options_for(settings)
    assert options["max_ongoing_requests"] > settings.sockets_limit + settings.queue_limit + settings.batch_limit
    assert options["graceful_shutdown_timeout_s"] > settings.grace
    assert options["health_check_timeout_s"] >= options["health_check_period_s"]


def test_a_replica_hears_that_it_is_stopped() -> None:
    """Before Serve waits for its requests; what Serve does then goes on."""
    heard: list[str] = []
    with pytest.MonkeyPatch.context() as patch:

        async def perform(replica: Any) -> None:
            heard.append(replica)

        patch.setattr(Serves, "perform_graceful_shutdown", perform)
        stopping.when_stopped(lambda: heard.append("told"))
        asyncio.run(Serves.perform_graceful_shutdown("stopped"))
    assert heard == ["told", "stopped"]


@pytest.mark.parametrize(
    ("sent", "received", "closed"),
    [
        (["websocket.accept"], [], True),
        (["websocket.accept", "websocket.send"], [], True),
        (["websocket.accept", "websocket.close"], [], False),
        (["websocket.accept"], ["websocket.disconnect"], False),
        (["websocket.http.response.start", "websocket.http.response.body"], [], False),
        ([], [], False),
    ],
)
def test_a_lost_replica_leaves_no_socket_without_a_word(sent: list[str], received: list[str], closed: bool) -> None:
    """A proxy closes with 1012 what the replica left open, and nothing else."""
    heard: list[Message] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        for kind in sent:
            await send({"type": kind})
        for _ in received:
            await receive()

    async def receive() -> Message:
        return {"type": received[0]}

    async def send(message: Message) -> None:
        heard.append(message)

    asyncio.run(ClosesSockets(app)({"type": "websocket"}, receive, send))
    assert [message["type"] for message in heard] == sent + ["websocket.close"] * closed
    if closed:
        assert heard[-1]["code"] == 1012
