import json
import socket
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from tests.app.real import Real, real
from tests.app.tiny import until

EMPTY = "<Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>"


def events(text: str) -> list[dict[str, Any]]:
    """The messages of an event stream, each of them under its own name."""
    found = []
    for block in text.strip().split("\n\n"):
        kind, data = block.split("\n")
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
        }


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
        with httpx2.stream("GET", f"http://{running.host}/draw/cat/stream?pace=1&seed={long}") as answer:
            parts = answer.iter_text()  # kept: the connection is closed with it
            assert next(parts)
            until(lambda: "1 parked" in running.state())
        until(lambda: running.state() == EMPTY)
        until(lambda: not running.service.lives)


def parked(running: Real, count: int) -> bool:
    return f"{count} parked" in running.state()


def test_slow_drawings_take_nobodys_place(checkpoints: Path, long: int) -> None:
    """More streams at one point a second than may be decoded and wait: a plain drawing is answered all the same."""
    with real(checkpoints, batch_limit=1, queue_limit=1, pool_size=0) as running, ExitStack() as stack:
        for count in range(1, 9):
            path = f"/draw/cat/stream?pace=1&seed={long}"
            answer = stack.enter_context(httpx2.stream("GET", f"http://{running.host}{path}"))
            assert answer.status_code == 200
            until(partial(parked, running, count))
        assert httpx2.get(f"http://{running.host}/draw/cat").status_code == 200
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
