"""Guesses over a WebSocket, while somebody draws."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketTestSession

from model.errors import CheckpointMissing
from tests.app.seer import EARS, MAST, ROOF, Seer, seeing

ANY = "/ws/draw/any?wait=true"


@pytest.fixture(scope="module")
def client(checkpoints: Path) -> Iterator[TestClient]:
    """Of a service with a recogniser."""
    with seeing(checkpoints) as client:
        yield client


def guess(session: WebSocketTestSession, **asked: Any) -> dict[str, Any]:
    session.send_json({"type": "guess", **asked})
    message: dict[str, Any] = session.receive_json()
    return message


def test_it_guesses_while_somebody_draws(client: TestClient) -> None:
    """The same guesses as `POST /recognise`, stroke after stroke; an id comes back with its answer."""
    with client.websocket_connect(ANY) as session:
        for number in range(1, len(EARS) + 1):
            strokes = EARS[:number]
            message = guess(session, strokes=strokes, id=number, top=3)
            expected = client.post("/recognise", json={"strokes": strokes, "top": 3}).json()
            assert message == {"type": "guesses", "id": number, **expected}
        assert message["guesses"][0]["slug"] == "cat"
        assert "id" not in guess(session, strokes=EARS)


def test_a_drawing_goes_on_meanwhile(client: TestClient) -> None:
    """Guesses come between its points, and it is what it would have been."""
    whole = client.get("/draw/cat?seed=3&format=json").json()["stroke5"]
    with client.websocket_connect("/ws/draw/cat?seed=3&pace=100") as session:
        session.send_json({"type": "guess", "strokes": MAST})
        rows, kinds = [], []
        while "guesses" not in kinds or "end" not in kinds:
            message = session.receive_json()
            kinds.append(message["type"])
            rows += message.get("stroke5", [])
    assert rows == whole


def test_the_latest_wins(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of drawings that pile up while the recogniser is busy only the newest is answered."""
    seer = Seer()
    with seeing(checkpoints, seer) as client, client.websocket_connect(ANY) as session:
        begun, free = seer.held(monkeypatch)
        session.send_json({"type": "guess", "strokes": ROOF, "id": 0})
        assert begun.wait(30)
        for number in range(1, 20):
            session.send_json({"type": "guess", "strokes": MAST if number < 19 else EARS, "id": number})
        session.send_json({"type": "change", "temp_xy": -1})
        assert session.receive_json()["type"] == "error", "by then all of them have arrived"
        free.set()
        answers = [session.receive_json() for _ in range(2)]
        assert [answer["id"] for answer in answers] == [0, 19]
        assert answers[1]["guesses"][0]["slug"] == "cat"


def test_one_socket_does_not_take_the_recogniser(client: TestClient) -> None:
    """However many drawings it sends, it gets ten guesses a second at most."""
    with client.websocket_connect(ANY) as session:
        begun = time.monotonic()
        for number in range(6):
            guess(session, strokes=EARS, id=number)
        assert time.monotonic() - begun > 0.45


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({}, "strokes"),
        ({"strokes": []}, "strokes"),
        ({"strokes": [[[i, i % 2 * 90] for i in range(2000)]]}, "strokes"),
        ({"strokes": [[[0, "x"]]]}, "strokes.0.0.1"),
        ({"strokes": EARS, "top": 0}, "top"),
        ({"strokes": EARS, "id": -1}, "id"),
        ({"strokes": EARS, "seed": 1}, "seed"),
    ],
)
def test_what_cannot_be_guessed_at_is_refused(client: TestClient, asked: dict[str, Any], parameter: str) -> None:
    """With what is wrong; the next is answered."""
    with client.websocket_connect(ANY) as session:
        message = guess(session, **asked)
        assert (message["type"], message["problem"]["status"]) == ("error", 422)
        assert message["problem"]["errors"][0]["parameter"] == parameter
        assert guess(session, strokes=EARS)["type"] == "guesses"


def test_without_a_recogniser_it_draws(checkpoints: Path) -> None:
    """A guess is refused with the reason and its id; drawings come as ever."""
    with seeing(checkpoints, CheckpointMissing("it is not there")) as client, client.websocket_connect(ANY) as session:
        message = guess(session, strokes=EARS, id=5)
        assert (message["type"], message["id"]) == ("error", 5)
        assert message["problem"]["type"] == "urn:inkstream:problem:no-recogniser"
        session.send_json({"type": "draw", "category": "cat", "seed": 1})
        assert session.receive_json()["type"] == "start"


def test_guesses_count_for_no_rate(checkpoints: Path) -> None:
    """A socket's pace bounds them: who draws for a minute is not refused the ending."""
    with seeing(checkpoints, rate_limit="1/hour") as client, client.websocket_connect(ANY) as session:
        for _ in range(3):
            assert guess(session, strokes=EARS)["type"] == "guesses"
        session.send_json({"type": "draw", "category": "cat", "strokes": EARS})
        assert session.receive_json()["type"] == "start"
