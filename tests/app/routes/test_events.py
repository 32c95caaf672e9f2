import asyncio
import json
import socket
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient
from starlette.types import Message, Scope

from app.application import create_app
from tests.app.real import Real, real
from tests.app.tiny import PATIENCE, settings_for, until

EMPTY = "<Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>"


def events(text: str) -> list[dict[str, Any]]:
    """The messages of an event stream, each of them under its own name."""
    found = []
    for block in text.strip().split("\n\n"):
        _, kind, data = block.split("\n")
        message = json.loads(data.removeprefix("data: "))
        assert kind == f"event: {message['type']}"
        found.append(message)
    return found


def rows(messages: list[dict[str, Any]]) -> list[list[float]]:
    return [row for message in messages if message["type"] == "points" for row in message["stroke5"]]


def test_a_drawing_comes_as_events(client: TestClient) -> None:
    """Start says all that it takes to ask again, points are those of the JSON answer, end says how it ended."""
    for seed in range(8):
        answer = client.get(f"/draw/Penguin/stream?seed={seed}")
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        start, *points, end = events(answer.text)
        whole = client.get(f"/draw/penguin?format=json&seed={seed}").json()
        assert rows(points) == whole["stroke5"]
        assert end == {"type": "end", "reason": "finished" if whole["ended"] else "max_points"}
        card = client.get("/categories/penguin").json()["cards"][0]
        assert start == {
            "type": "start",
            "category": "penguin",
            "slug": "penguin",
            "system": "gmm16_3",
            "checkpoint": card["sha256"],
            "seed": seed,
            "latent": None,
            "temp_xy": 0.4,
            "temp_p": 0.5,
            "at": None,
            "max_points": 24,
            "given": 0,
            "resume": 0,
        }


def blocks(text: str) -> list[tuple[str, str]]:
    """The id of each event of a stream, and all that the event is."""
    return [(block.split("\n")[0].removeprefix("id: "), block) for block in text.strip().split("\n\n")]


@pytest.mark.parametrize("query", ["seed=4&belief=true", "belief=true", "seed=ada&pace=300", "seed=4&at=3:1.5"])
def test_a_stream_that_broke_goes_on(client: TestClient, query: str) -> None:
    """A browser that says the last id it had gets what comes after that: no start, no point twice, none left out."""
    address = f"/draw/penguin/stream?{query}"
    whole = blocks(client.get(address).text)
    lines = json.dumps(rows(events("\n\n".join(block for _, block in whole))))
    assert len(whole) >= 3
    for kept in range(1, len(whole)):
        last, _ = whole[kept - 1]
        rest = blocks(client.get(address, headers={"Last-Event-ID": last}).text)
        assert "event: start" not in rest[0][1]
        assert rest[-1] == whole[-1]
        both = [*whole[:kept], *rest]
        assert json.dumps(rows(events("\n\n".join(block for _, block in both)))) == lines


def test_rows_of_a_drawing_that_is_not_said_are_none(client: TestClient) -> None:
    """Without a seed a random drawing would begin in its middle."""
    answer = client.get("/draw/penguin/stream?resume=5")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "resume")


def test_a_stream_resumes_by_its_address_too(client: TestClient) -> None:
    """Whoever keeps no id says how many rows it has; the start comes with the rest."""
    whole = rows(events(client.get("/draw/penguin/stream?seed=4").text))
    start, *rest = events(client.get("/draw/penguin/stream?seed=4&resume=2").text)
    assert (start["resume"], rows(rest)) == (2, whole[2:])


def test_a_stream_that_ended_does_not_begin_again(client: TestClient) -> None:
    """204: browsers ask no more."""
    address = "/draw/penguin/stream"
    last, _ = blocks(client.get(address).text)[-1]
    answer = client.get(address, headers={"Last-Event-ID": last})
    assert (answer.status_code, answer.content) == (204, b"")


@pytest.mark.parametrize("last", ["", "7", "7-00000000-3", "7-zz-3", "9007199254740992-00000000-3", "é" * 3000])
def test_an_id_that_is_not_of_the_drawing_begins_it(client: TestClient, last: str) -> None:
    """Of another network, as after an update, or none of ours: the drawing comes whole, with its start."""
    headers = [(b"Last-Event-ID", last.encode())]
    found = events(client.get("/draw/penguin/stream?seed=7", headers=headers).text)
    assert found[0]["type"] == "start"
    assert rows(found) == client.get("/draw/penguin?format=json&seed=7").json()["stroke5"]


def test_a_pace_is_kept(client: TestClient) -> None:
    """At a hundred points a second a drawing of some twenty takes some time, and is the same drawing."""
    seed = next(seed for seed in range(50) if client.get(f"/draw/cat?format=json&seed={seed}").json()["points"] > 15)
    answer = client.get(f"/draw/cat/stream?seed={seed}&pace=100")
    assert answer.elapsed.total_seconds() > 0.1
    assert rows(events(answer.text)) == client.get(f"/draw/cat?format=json&seed={seed}").json()["stroke5"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/draw/nobody/stream", 404),
        ("/draw/cat/stream?system=none", 404),
        ("/draw/cat/stream?pace=0", 422),
        ("/draw/cat/stream?format=svg", 422),
        ("/draw/cat/stream?temp_xy=hot", 422),
    ],
)
def test_mistakes_are_problems_not_events(client: TestClient, path: str, status: int) -> None:
    """What is wrong with a request is said before the stream begins."""
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


def test_hanging_up_ends_the_decoding(checkpoints: Path, long: int) -> None:
    """A client that goes in the middle frees the place of its drawing."""
    with real(checkpoints) as running:
        with httpx2.stream(
            "GET", f"http://{running.host}/draw/cat/stream?pace=1&seed={long}", timeout=PATIENCE
        ) as answer:
            parts = answer.iter_text()  # kept: the connection is closed with it
            assert next(parts)
            until(lambda: "1 parked" in running.state())
        until(lambda: running.state() == EMPTY)
        until(lambda: not running.service.draining.lives)


@pytest.mark.anyio
@pytest.mark.parametrize("anyio_backend", ["asyncio"])
@pytest.mark.parametrize("version", ["2.3", "2.4"])
@pytest.mark.parametrize("says", ["receive", "send", "cancel"])
async def test_any_server_may_say_that_the_client_is_gone(
    checkpoints: Path, long: int, version: str, says: str, anyio_backend: str
) -> None:
    """However it does so, in whichever version of ASGI, the drawing ends there and its place is free."""
    app = create_app(settings_for(checkpoints))
    scope: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": version},
        "method": "GET",
        "path": "/draw/cat/stream",
        "query_string": b"pace=1&seed=%d" % long,
        "headers": [(b"host", b"localhost")],
    }
    begun = asyncio.Event()

    async def receive() -> Message:
        await begun.wait()
        if says != "receive":
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        if begun.is_set() and says == "send":
            raise OSError
        if b"event: points" in message.get("body", b""):
            begun.set()

    async with app.router.lifespan_context(app):
        await app.state.service.library.catalogue()
        answering = asyncio.create_task(app(scope, receive, send))
        await begun.wait()
        assert app.state.service.draining.lives
        if says == "cancel":
            answering.cancel()
        await asyncio.wait({answering})
        assert app.state.service.draining.is_idle()


def test_the_end_of_the_grace_lets_a_browser_come_back(
    checkpoints: Path, long: int, caplog: pytest.LogCaptureFixture
) -> None:
    """A stream that takes longer than the service waits for has no `end`, so that an EventSource goes on elsewhere.

    It is told when to come back, and leaves no traceback in the log.
    """
    with real(checkpoints, grace=0) as running:
        with httpx2.stream(
            "GET", f"http://{running.host}/draw/cat/stream?pace=1&seed={long}", timeout=PATIENCE
        ) as answer:
            parts = answer.iter_text()
            text = ""
            while "event: points" not in text:
                text += next(parts)
            running.server.should_exit = True
            text += "".join(parts)
        *told, last = text.strip().split("\n\n")
        assert {message["type"] for message in events("\n\n".join(told))} == {"start", "points"}
        assert 1000 <= int(last.splitlines()[0].removeprefix("retry: ")) < 3000
        running.thread.join(30)
    assert not [record for record in caplog.records if record.exc_info or record.levelname == "ERROR"]


def parked(running: Real, count: int) -> bool:
    return f"{count} parked" in running.state()


def test_slow_drawings_take_nobodys_place(checkpoints: Path, long: int) -> None:
    """More streams at one point a second than may be decoded and wait: a plain drawing is answered all the same."""
    with real(checkpoints, batch_limit=1, queue_limit=1, pool_size=0) as running, ExitStack() as stack:
        for count in range(1, 9):
            path = f"/draw/cat/stream?pace=1&seed={long}"
            answer = stack.enter_context(httpx2.stream("GET", f"http://{running.host}{path}", timeout=PATIENCE))
            assert answer.status_code == 200
            until(partial(parked, running, count))
        assert httpx2.get(f"http://{running.host}/draw/cat", timeout=PATIENCE).status_code == 200
    until(lambda: running.state().endswith("0 running, 0 parked>>"))


def test_a_reader_that_takes_nothing_is_cut_off(checkpoints: Path) -> None:
    """Its drawing is not decoded beyond what fits in between, and its place is free after the time-out."""
    with real(checkpoints, send_timeout=0.2) as running, socket.socket() as reader:
        reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        host, port = running.host.split(":")
        reader.connect((host, int(port)))
        for _ in range(2000):
            reader.sendall(b"GET /draw/cat/stream HTTP/1.1\r\nHost: localhost\r\n\r\n")
            if "1 parked" in running.state():
                break
        until(lambda: running.state() == EMPTY)
