import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx2
import pytest
from starlette.testclient import TestClient

from app.formats.given import Fitted, Given
from tests.app.real import real, turns
from tests.app.tiny import client_of, subject_card, write_network

ROOF = [[[0, 0], [400, -600], [800, 0]], [[300, -200], [500, -200]]]


def finish(client: TestClient, **body: Any) -> list[dict[str, Any]]:
    answer = client.post("/complete/penguin", json=body)
    assert answer.status_code == 200, answer.text
    drawings: list[dict[str, Any]] = answer.json()["drawings"]
    return drawings


def test_my_drawing_is_finished(client: TestClient) -> None:
    """Several endings, each another; what I gave stands untouched at the beginning, and rows and lines agree."""
    drawings = finish(client, strokes=ROOF, count=5, seed=7)
    assert [drawing["seed"] for drawing in drawings] == [7, 8, 9, 10, 11]
    assert len({str(drawing["strokes"]) for drawing in drawings}) > 3
    for drawing in drawings:
        assert drawing["strokes"][:2] == ROOF
        assert (drawing["given_strokes"], drawing["given_rows"]) == (2, 4)
        assert drawing["stroke5"][:2] == [[400, -600, 1, 0, 0], [400, 600, 0, 1, 0]]
        assert drawing["stroke5"][-1] == [0, 0, 0, 0, 1]
        assert len(drawing["stroke5"]) == 4 + drawing["points"] + 1
        added = [point for stroke in drawing["strokes"][2:] for point in stroke]
        assert len(added) == drawing["points"]
        end = [sum(row[axis] for row in drawing["stroke5"]) for axis in (0, 1)]
        assert drawing["strokes"][-1][-1] == pytest.approx(end, abs=0.1)


def test_the_same_seed_is_the_same_ending(client: TestClient) -> None:
    """Alone or among several."""
    [alone] = finish(client, strokes=ROOF, seed=9)
    assert alone == finish(client, strokes=ROOF, count=5, seed=7)[2]


def test_one_of_its_own_is_finished_as_it_was(client: TestClient) -> None:
    """The first rows of a drawing, with its seed, give that drawing, over HTTP and over a WebSocket."""
    seed = next(
        seed for seed in range(99) if client.get(f"/draw/penguin?format=json&seed={seed}").json()["points"] > 15
    )
    whole = client.get(f"/draw/penguin?format=json&seed={seed}").json()
    given = {"stroke5": whole["stroke5"][:6], "size": 255, "simplify": False, "seed": seed}
    [drawing] = finish(client, **given)
    assert (drawing["stroke5"], drawing["ended"]) == (whole["stroke5"], whole["ended"])
    with client.websocket_connect("/ws/draw/penguin?wait=1") as session:
        session.send_json({"type": "draw", **given})
        assert session.receive_json()["given"] == 6
        rows = whole["stroke5"][:6]
        while (message := session.receive_json())["type"] == "points":
            rows += message["stroke5"]
    assert rows == whole["stroke5"]


def test_a_socket_answers_in_the_same_units(client: TestClient) -> None:
    """A prefix over the WebSocket gives the points that the completion adds."""
    [drawing] = finish(client, strokes=ROOF, seed=3)
    with client.websocket_connect("/ws/draw/penguin?wait=1") as session:
        session.send_json({"type": "draw", "strokes": ROOF, "seed": 3})
        session.receive_json()
        rows = []
        while (message := session.receive_json())["type"] == "points":
            rows += message["stroke5"]
        session.send_json({"type": "draw", "strokes": [[]]})
        assert session.receive_json()["problem"]["errors"][0]["parameter"] == "strokes"
    assert rows == drawing["stroke5"][4:]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "strokes"),
        ({"strokes": []}, "strokes"),
        ({"strokes": [[]]}, "strokes"),
        ({"strokes": [[[0, "x"]]]}, "strokes.0.0.1"),
        ({"strokes": [[[0, 1e300]]]}, "strokes.0.0.1"),
        ({"strokes": [[[i, i % 2 * 90] for i in range(99)]]}, "strokes"),
        ({"stroke5": [[1, 1, 1, 1, 0]]}, "stroke5"),
        ({"strokes": ROOF, "count": 0}, "count"),
        ({"strokes": ROOF, "count": 65}, "count"),
        ({"strokes": ROOF, "temp_xy": -1}, "temp_xy"),
        ({"strokes": ROOF, "colour": "red"}, "colour"),
    ],
)
def test_mistakes_are_named(client: TestClient, body: dict[str, Any], parameter: str) -> None:
    """422 says which field is wrong, and how."""
    answer = client.post("/complete/penguin", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ('{"strokes": []}', None),  # as Java's HttpClient sends it
        ('{"strokes": []}', "text/plain;charset=UTF-8"),  # as a browser's fetch does
        ("", "application/json"),
        ("[]", "application/json"),
    ],
)
def test_a_body_that_is_no_object_of_json_is_told_what_is(client: TestClient, text: str, kind: str | None) -> None:
    """Clients of many languages say nothing of what they send, or say that it is text."""
    answer = client.post("/complete/penguin", content=text, headers={} if kind is None else {"Content-Type": kind})
    assert answer.status_code == 422
    assert "Content-Type: application/json" in answer.json()["detail"]


def test_a_compressed_body_is_refused_as_such(client: TestClient) -> None:
    """It is no faulty JSON."""
    answer = client.post("/complete/penguin", content=b"x", headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert "gzip" in answer.json()["detail"]


def test_a_body_that_is_no_json_is_refused(client: TestClient) -> None:
    """Text that is no JSON, and NaN, which is none either."""
    for text in ("strokes", "", '{"strokes": [[[0, NaN]]]}', "[" * 10000):
        answer = client.post("/complete/penguin", content=text, headers={"Content-Type": "application/json"})
        assert answer.status_code in (400, 422)
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_may_not_be_too_long(client: TestClient) -> None:
    """413, as a problem, whether the length is said beforehand or not."""
    for content in (b"[" * 300_000, iter([b"[" * 300_000])):
        answer = client.post("/complete/penguin", content=content, headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")


def test_other_mistakes(client: TestClient) -> None:
    """Unknown category, a query, another method."""
    assert client.post("/complete/nobody", json={"strokes": ROOF}).status_code == 404
    assert client.post("/complete/penguin?seed=1", json={"strokes": ROOF}).status_code == 422
    assert "POST" in client.put("/complete/penguin").headers["allow"]
    assert client.options("/complete/penguin").status_code == 204


def test_given_points_times_endings_are_bounded(client: TestClient) -> None:
    """Each ending has all of the given points in it: the refusal says how many endings there may be."""
    line = [[i, i] for i in range(9_000)]
    answer = client.post("/complete/penguin", json={"strokes": [line], "count": 64})
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "count")
    most = int(re.findall("equal to ([0-9]+)", answer.text)[0])
    assert len(finish(client, strokes=[line], count=most)) == most
    assert client.post("/complete/penguin", json={"strokes": [line], "count": most + 1}).status_code == 422


@pytest.mark.parametrize("given", ["strokes", "stroke5"])
def test_much_is_written_beside_the_event_loop(client: TestClient, monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    """Many given points are fitted, and their endings written, where they hold up nobody; the answer is the same."""
    points = 800
    body: dict[str, Any] = {"strokes": [[[i, i] for i in range(points)]], "stroke5": [[1, 1, 1, 0, 0]] * points}
    body = {given: body[given]}
    threads: dict[str, list[str]] = {"fit": [], "whole": []}

    def watched(kind: type, name: str) -> None:
        plain = getattr(kind, name)

        def watch(*args: Any, **named: Any) -> Any:
            threads[name].append(threading.current_thread().name)
            return plain(*args, **named)

        monkeypatch.setattr(kind, name, watch)

    watched(Given, "fit")
    watched(Fitted, "whole")
    many = finish(client, **body, count=3, seed=7)
    assert not {name for names in threads.values() for name in names} & {"MainThread", "AnyIO worker thread"}
    assert all(name.startswith("render") for name in threads["whole"])
    assert threads["fit"][0].startswith("asyncio")
    [alone] = finish(client, **body, seed=8)
    assert alone == many[1]


def test_the_service_answers_others_meanwhile(checkpoints: Path) -> None:
    """While clients ask for as much as they may, no turns of the event loop take half a second but three."""
    line = [[i, 2 * i] for i in range(9_000)]
    stop = threading.Event()
    with real(checkpoints) as served, turns(served) as taken, ThreadPoolExecutor(4) as clients:

        def flood() -> None:
            with httpx2.Client(base_url=f"http://{served.host}", timeout=60) as client:
                while not stop.is_set():
                    assert client.post("/complete/cat", json={"strokes": [line], "count": 11}).status_code in (200, 429)

        floods = [clients.submit(flood) for _ in range(4)]
        with httpx2.Client(base_url=f"http://{served.host}", timeout=60) as client:
            for _ in range(25):
                assert client.get("/healthz").status_code == 200
        stop.set()
        for each in floods:
            each.result()
    assert sorted(taken)[-4] < 0.5  # each of the four clients was answered at least once


def test_what_is_begun_has_as_many_points_as_short_drawings(tmp_path: Path) -> None:
    """Where the card says how many people's have, the network ends none before; others end as they would have."""
    given = {"strokes": ROOF, "count": 60, "seed": 0}
    found = []
    for least in (0, 18):
        root = tmp_path / str(least)
        write_network(root, "gmm", "two", [subject_card(name, least_points=least) for name in ("penguin", "cat")])
        with client_of(root) as client:
            found.append(finish(client, **given))
            whole = client.get("/draw/cat?format=json&count=64&seed=0").json()["drawings"]
            assert min(drawing["points"] for drawing in whole) < 18, "a whole drawing may be as short as ever"
    free, held = found
    assert any(drawing["given_rows"] + drawing["points"] < 18 for drawing in free)
    for before, after in zip(free, held, strict=True):
        assert after["given_rows"] + after["points"] >= 18
        if before["given_rows"] + before["points"] >= 18:
            assert after == before
