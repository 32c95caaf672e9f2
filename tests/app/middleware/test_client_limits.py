import asyncio
import json
from collections.abc import Hashable, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse
from starlette.websockets import WebSocketDisconnect
from websockets.sync.client import connect

from app.application import create_app
from app.engine.delivery import Delivery
from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.engine.stream import Stream
from app.errors import ClientLimited
from app.middleware import client_limits
from app.middleware.api_keys import parse_key
from app.middleware.client_limits import WAITING, ClientLimits
from tests.app.real import Real, real
from tests.app.routes.test_service import waiting
from tests.app.tiny import PATIENCE, busy, client_of, in_background, serving, settings_for, until

ANN, BOB = ("address", "192.0.2.1"), ("address", "192.0.2.2")
EMPTY = "<ClientLimits {} held, 0 waiting>"


def limits_of(**most: int) -> ClientLimits:
    given = {"drawings": 8, "live-drawings": 2, "pictures": 2, "websockets": 2} | most
    return ClientLimits(given, Metrics())  # type: ignore[arg-type] # keys are checked where they are used


@pytest.mark.anyio
async def test_a_client_holds_so_much_and_no_more() -> None:
    """Beyond that it is refused; others are not, nor is it of other things; what it gives back it may have again."""
    metrics = Metrics()
    limits = ClientLimits({"drawings": 8, "live-drawings": 2, "pictures": 2, "websockets": 2}, metrics)
    give, _ = limits.take(ANN, "websockets"), limits.take(ANN, "websockets")
    with pytest.raises(ClientLimited, match="may have 2 websockets at a time") as caught:
        limits.take(ANN, "websockets")
    assert caught.value.limit == "websockets"
    assert metrics.registry.get_sample_value("inkstream_client_refusals_total", {"limit": "websockets"}) == 1
    limits.take(BOB, "websockets")
    limits.take(ANN, "pictures")
    assert metrics.registry.get_sample_value("inkstream_clients") == 2
    for _ in range(2):  # the second time is nothing
        give()
    limits.take(ANN, "websockets")
    with pytest.raises(ClientLimited):
        limits.take(ANN, "websockets")


@pytest.mark.anyio
async def test_what_is_held_inside_is_given_back() -> None:
    """However it ends; and nothing is left of a client that holds nothing."""
    limits = limits_of()
    for error in (KeyError, asyncio.CancelledError):
        with suppress(error), limits.holding(ANN, "pictures", 2):
            assert repr(limits) == "<ClientLimits {'pictures': 2} held, 0 waiting>"
            raise error
        assert repr(limits) == EMPTY
        assert not limits._clients


@pytest.mark.anyio
async def test_drawings_wait_for_others_of_the_client() -> None:
    """Sheets have their turns one after the other, while a single drawing finds room beside them."""
    limits, order = limits_of(), []

    async def draw(name: str, count: int) -> None:
        async with limits.turn(ANN, count):
            order.append(name)
            await asyncio.sleep(0.01)

    sheets = [asyncio.create_task(draw(f"sheet {i}", 6)) for i in range(3)]
    await asyncio.sleep(0)
    assert repr(limits) == "<ClientLimits {'drawings': 6} held, 2 waiting>"
    await asyncio.gather(draw("one", 1), *sheets)
    assert order == ["sheet 0", "one", "sheet 1", "sheet 2"]
    assert repr(limits) == EMPTY
    assert not limits._clients


@pytest.mark.anyio
async def test_nobody_waits_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """After some seconds, or where too many wait already, the client is refused; who goes waits no more."""
    monkeypatch.setattr(client_limits, "WAIT_SECONDS", 0.05)
    limits = limits_of()

    async def draw() -> None:
        async with limits.turn(ANN, 6):
            raise AssertionError

    async with limits.turn(ANN, 6):
        tasks = [asyncio.create_task(draw()) for _ in range(WAITING)]
        await asyncio.sleep(0)
        with pytest.raises(ClientLimited):
            await draw()
        tasks[0].cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(result) for result in results] == [asyncio.CancelledError] + [ClientLimited] * (WAITING - 1)
        assert repr(limits) == "<ClientLimits {'drawings': 6} held, 0 waiting>"
    assert repr(limits) == EMPTY


@pytest.mark.anyio
async def test_refusals_are_spaced() -> None:
    """A client that asks again at once gets fifty refusals a second, however many it asks for; the first at once."""
    limits = limits_of()
    limits.take(ANN, "pictures", 2)
    pauses = []
    for _ in range(3):
        with pytest.raises(ClientLimited) as caught:
            limits.take(ANN, "pictures")
        pauses.append(caught.value.pause)
    assert pauses == pytest.approx([0, 0.02, 0.04], abs=0.01)


def test_the_engine_knows_whose_drawings_are_whose(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that those of a crowd come after those of others; not where clients hold as much as they like."""
    service = client.app.state.service  # type: ignore[attr-defined] # it is ours
    owners: list[Hashable] = []
    opened = service.engine.open

    def note(requests: Sequence[DrawRequest], delivery: Delivery) -> list[Stream]:
        owners.append(delivery.owner)
        streams: list[Stream] = opened(requests, delivery)
        return streams

    monkeypatch.setattr(service.engine, "open", note)
    assert client.get("/draw/cat?fresh=true").status_code == 200
    monkeypatch.setattr(service, "clients", ClientLimits(None, Metrics()))
    assert client.get("/draw/cat?fresh=true").status_code == 200
    assert owners == [("address", "testclient"), None]


def test_without_limits_nobody_is_refused() -> None:
    """Where there are none a client holds what it likes, and it is counted all the same."""
    limits = ClientLimits(None, Metrics())
    gives = [limits.take(ANN, "drawings", 1000) for _ in range(1000)]
    for give in gives:
        give()
    assert repr(limits) == EMPTY


def state(running: Real) -> str:
    return f"{running.service.clients!r} {running.state()}"


def test_one_client_takes_a_quarter_of_the_sockets(checkpoints: Path, long: int) -> None:
    """It is told which limit it meets, by a problem document; another one has its socket; all is given back."""
    with real(checkpoints, sockets_limit=64) as running:
        url = f"ws://{running.host}/ws/draw/cat?pace=1&seed={long}"
        with ExitStack() as stack:
            for _ in range(16):
                stack.enter_context(connect(url, proxy=None))
            until(lambda: "'live-drawings': 16, 'websockets': 16" in repr(running.service.clients))
            refused = httpx2.get(
                url.replace("ws:", "http:"),
                headers={
                    "Connection": "Upgrade",
                    "Upgrade": "websocket",
                    "Sec-WebSocket-Version": "13",
                    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
                },
                timeout=PATIENCE,
            )
            assert (refused.status_code, refused.headers["retry-after"]) == (429, "1")
            assert refused.json()["type"] == "urn:inkstream:problem:client-limited"
            assert refused.json()["limit"] == "websockets"
            other = {"X-Forwarded-For": "192.0.2.9"}
            with connect(url, proxy=None, additional_headers=other) as socket:
                assert json.loads(socket.recv())["type"] == "start"
        until(lambda: state(running) == f"{EMPTY} <Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>")


def test_streams_of_one_client_are_bounded(checkpoints: Path, long: int) -> None:
    """Beyond them it is refused; plain drawings, and streams of others, are not."""
    with real(checkpoints, sockets_limit=16) as running:
        url = f"http://{running.host}/draw/cat"
        with ExitStack() as stack:
            for _ in range(32):
                stack.enter_context(httpx2.stream("GET", f"{url}/stream?pace=1&seed={long}", timeout=PATIENCE))
            refused = httpx2.get(f"{url}/stream", timeout=PATIENCE)
            assert (refused.status_code, refused.json()["limit"]) == (429, "live-drawings")
            assert httpx2.get(f"{url}?fresh=true", timeout=PATIENCE).status_code == 200
            assert (
                httpx2.get(f"{url}/stream", headers={"X-Forwarded-For": "192.0.2.9"}, timeout=PATIENCE).status_code
                == 200
            )
        until(lambda: state(running) == f"{EMPTY} <Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>")


def ask(client: TestClient, peer: str, path: str, **headers: str) -> httpx2.Response:
    client._transport.client = (peer, 50000)  # type: ignore[attr-defined] # Starlette's, for want of an argument
    return client.get(path, headers=headers)


@pytest.mark.parametrize("path", ["/draw/cat?format=png", "/draw/cat?count=2"])
def test_pictures_of_one_client_are_bounded(checkpoints: Path, path: str) -> None:
    """A network of IPv6 is one client; others are answered."""
    app = create_app(settings_for(checkpoints, queue_limit=64))
    with serving(app) as client:
        with busy(app.state.service.engine):
            asked = [in_background(ask, client, f"2001:db8::{i}", path) for i in range(16)]
            until(lambda: app.state.service.render_pool.taken == 16)
            refused = ask(client, "2001:db8::ffff", path)
            assert (refused.status_code, refused.json()["limit"]) == (429, "pictures")
            asked.append(in_background(ask, client, "2001:db8:0:1::1", path))
            until(lambda: app.state.service.render_pool.taken == 17)
        for thread, answers in asked:
            thread.join(30)
            assert answers[0].status_code == 200
        assert repr(app.state.service.clients) == EMPTY
        assert 'inkstream_client_refusals_total{limit="pictures"} 1.0' in client.get("/metrics").text
        assert "inkstream_clients 0.0" in client.get("/metrics").text


def test_drawings_of_one_client_are_bounded(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those beyond wait for the others a while, and are refused then; another client, here by its key, is drawn for."""
    monkeypatch.setattr(client_limits, "WAIT_SECONDS", 0.2)
    keys = tuple(parse_key(f"{name}:{name * 16}") for name in "ab")
    app = create_app(settings_for(checkpoints, batch_limit=16, queue_limit=16, max_count=4, api_keys=keys))
    with serving(app) as client:
        ann, bob = ({"X-API-Key": name * 16} for name in "ab")
        with busy(app.state.service.engine):
            asked = [in_background(lambda: client.get("/draw/cat", headers=ann)) for _ in range(8)]
            waiting(app, 8)
            refused = client.get("/draw/cat", headers=ann)
            assert (refused.status_code, refused.json()["limit"]) == (429, "drawings")
            asked.append(in_background(lambda: client.get("/draw/cat", headers=bob)))
            waiting(app, 9)
        for thread, answers in asked:
            thread.join(30)
            assert answers[0].status_code == 200
        assert repr(app.state.service.clients) == EMPTY


def test_a_share_of_one_is_no_limit(checkpoints: Path) -> None:
    """One setting turns the limits off."""
    with client_of(checkpoints, sockets_limit=20, client_share=1) as client, ExitStack() as stack:
        for _ in range(20):
            stack.enter_context(client.websocket_connect("/ws/draw/cat?wait=1"))
        with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect("/ws/draw/cat"):
            pass
        assert caught.value.json()["type"] == "urn:inkstream:problem:too-many-sockets"


def test_a_refused_drawing_on_a_socket_holds_nothing(checkpoints: Path) -> None:
    """Where the engine has no room, or the category is none, what was taken for it is given back."""
    app = create_app(settings_for(checkpoints))
    with serving(app) as client, client.websocket_connect("/ws/draw/cat?wait=1") as session:
        session.send_json({"type": "draw", "category": "nobody"})
        assert session.receive_json()["type"] == "error"
        assert repr(app.state.service.clients) == "<ClientLimits {'websockets': 1} held, 0 waiting>"
        app.state.service.engine.drain()
        session.send_json({"type": "draw"})
        with pytest.raises(WebSocketDisconnect):
            session.receive_json()
    assert repr(app.state.service.clients) == EMPTY
