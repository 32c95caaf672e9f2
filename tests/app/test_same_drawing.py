"""The same checkpoint, seed and temperatures give the same drawing, whichever way it is asked for."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from starlette.testclient import TestClient, WebSocketTestSession

from app.engine.request import DrawRequest
from app.formats.negotiation import MEDIA_TYPES, Format
from app.formats.render import render
from model.checkpoint import load_checkpoint
from model.decode import Drawing
from model.decode import draw as decode
from tests.app.routes.test_events import events
from tests.app.routes.test_events import rows as rows_of
from tests.app.tiny import client_of

Rows = list[list[float]]

TEMP_XY, TEMP_P = 0.6, 0.4
PREFIX = 5  # rows that a drawing goes on from
OTHERS = 64
QUERY = f"temp_xy={TEMP_XY}&temp_p={TEMP_P}"


@pytest.fixture(scope="module")
def service(checkpoints: Path) -> Iterator[TestClient]:
    """A service that draws one among 64 others in one request."""
    with client_of(checkpoints, max_count=OTHERS + 1) as client:
        yield client


@pytest.fixture(scope="module", params=range(3))
def drawn(request: pytest.FixtureRequest, checkpoints: Path) -> tuple[DrawRequest, Drawing]:
    """A drawing of some points, decoded by the plain loop, alone: no engine, no service."""
    checkpoint = load_checkpoint(checkpoints / "penguin")

    def decoded(*seeds: int) -> list[Drawing]:
        most = checkpoint.card.max_points
        return decode(checkpoint.module, seeds, temp_xy=TEMP_XY, temp_p=TEMP_P, max_points=most)

    long = [drawing.seed for drawing in decoded(*range(100, 200)) if len(drawing.stroke5) > 2 * PREFIX]
    [drawing] = decoded(long[request.param])
    return DrawRequest(checkpoint, drawing.seed, TEMP_XY, TEMP_P), drawing


def assert_same(rows: Rows, drawing: Drawing) -> None:
    """Bit for bit: the shortest decimals of a float32 number are that number again."""
    np.testing.assert_array_equal(np.array(rows, np.float32), drawing.stroke5)


def socket_rows(session: WebSocketTestSession) -> Rows:
    """The points of the next drawing on a WebSocket."""
    assert session.receive_json()["type"] == "start"
    rows: Rows = []
    while (message := session.receive_json())["type"] == "points":
        rows += message["stroke5"]
    return rows


def of_json(client: TestClient, seed: int, _: Rows) -> Rows:
    body = client.get(f"/draw/penguin?format=json&seed={seed}&{QUERY}").json()
    rows: Rows = body["stroke5"]
    return rows


def of_list_among_others(client: TestClient, seed: int, _: Rows) -> Rows:
    first = seed - OTHERS // 2
    drawings = client.get(f"/draw/penguin?format=json&count={OTHERS + 1}&seed={first}&{QUERY}").json()["drawings"]
    rows: Rows = drawings[OTHERS // 2]["stroke5"]
    return rows


def of_events(client: TestClient, seed: int, _: Rows) -> Rows:
    return rows_of(events(client.get(f"/draw/penguin/stream?seed={seed}&{QUERY}").text))


def of_paced_events(client: TestClient, seed: int, _: Rows) -> Rows:
    return rows_of(events(client.get(f"/draw/penguin/stream?seed={seed}&{QUERY}&pace=1000").text))


def of_socket(client: TestClient, seed: int, _: Rows) -> Rows:
    with client.websocket_connect(f"/ws/draw/penguin?seed={seed}&{QUERY}") as session:
        return socket_rows(session)


def of_second_on_a_socket(client: TestClient, seed: int, _: Rows) -> Rows:
    with client.websocket_connect("/ws/draw/cat?seed=1") as session:
        socket_rows(session)
        wish = {"type": "draw", "category": "penguin", "seed": seed, "pace": 1000}
        session.send_json({**wish, "temp_xy": TEMP_XY, "temp_p": TEMP_P})
        return socket_rows(session)


def of_completion(client: TestClient, seed: int, given: Rows) -> Rows:
    body = client.post("/complete/penguin", json=wish_for_rest(seed, given)).json()
    rows: Rows = body["drawings"][0]["stroke5"]
    return rows


def of_completion_among_others(client: TestClient, seed: int, given: Rows) -> Rows:
    wish = wish_for_rest(seed - OTHERS // 2, given)
    body = client.post("/complete/penguin", json={**wish, "count": OTHERS + 1}).json()
    rows: Rows = body["drawings"][OTHERS // 2]["stroke5"]
    return rows


def of_primed_socket(client: TestClient, seed: int, given: Rows) -> Rows:
    with client.websocket_connect("/ws/draw/penguin?wait=1") as session:
        session.send_json({"type": "draw", **wish_for_rest(seed, given)})
        return given + socket_rows(session)


def wish_for_rest(seed: int, given: Rows) -> dict[str, object]:
    """What the network has drawn, as it is, to go on from."""
    return {
        "seed": seed,
        "temp_xy": TEMP_XY,
        "temp_p": TEMP_P,
        "size": 255,
        "simplify": False,
        "stroke5": [[x, y, *map(int, pen)] for x, y, *pen in given],
    }


WAYS: tuple[Callable[[TestClient, int, Rows], Rows], ...] = (
    of_json,
    of_list_among_others,
    of_events,
    of_paced_events,
    of_socket,
    of_second_on_a_socket,
    of_completion,
    of_completion_among_others,
    of_primed_socket,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.removeprefix("of_"))
def test_rows_are_those_of_the_plain_loop(
    service: TestClient, drawn: tuple[DrawRequest, Drawing], way: Callable[[TestClient, int, Rows], Rows]
) -> None:
    """Alone or among 64 others, whole or row by row, from its first rows on: the same rows, bit for bit."""
    _, drawing = drawn
    assert_same(way(service, drawing.seed, drawing.stroke5[:PREFIX].tolist()), drawing)


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_every_form_is_of_the_same_drawing(
    service: TestClient, drawn: tuple[DrawRequest, Drawing], form: Format
) -> None:
    """Pictures and lines of ndjson are those of the plain loop's drawing, byte for byte."""
    request, drawing = drawn
    answer = service.get(f"/draw/penguin?format={form}&seed={drawing.seed}&{QUERY}")
    assert answer.content == render(form, [drawn], {}, several=False)
    sheet = service.get(f"/draw/penguin?format={form}&count=1&seed={drawing.seed}&{QUERY}")
    assert sheet.content == render(form, [(request, drawing)], {}, several=True)


def test_another_seed_is_another_drawing(service: TestClient, drawn: tuple[DrawRequest, Drawing]) -> None:
    """The comparison can fail."""
    _, drawing = drawn
    with pytest.raises(AssertionError):
        assert_same(of_json(service, drawing.seed + 1, []), drawing)


def test_the_others_are_drawn_side_by_side(checkpoints: Path) -> None:
    """What is called company is one batch."""
    with client_of(checkpoints, max_count=OTHERS + 1) as client:
        of_list_among_others(client, 100, [])
        lines = client.get("/metrics").text.splitlines()
    below = next(line for line in lines if line.startswith('inkstream_batch_size_bucket{le="64.0"}'))
    count = next(line for line in lines if line.startswith("inkstream_batch_size_count"))
    assert float(count.split()[1]) > float(below.split()[1])
