"""`POST /recognise`: what a drawing shows."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.routes.service import Service
from model.errors import CheckpointMissing
from tests.app.seer import EARS, MAST, ROOF, Seer, seeing
from tests.app.tiny import client_of, until, write_checkpoint


@pytest.fixture(scope="module")
def client(checkpoints: Path) -> Iterator[TestClient]:
    """Of a service with a recogniser."""
    with seeing(checkpoints) as client:
        yield client


def recognise(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/recognise", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "no-store"
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize(
    ("strokes", "slug", "name"),
    [(EARS, "cat", "cat"), (MAST, "the-eiffel-tower", "The Eiffel Tower"), (ROOF, "penguin", "penguin")],
)
def test_a_drawing_is_recognised(client: TestClient, strokes: object, slug: str, name: str) -> None:
    """By its slug and name of /categories, likeliest first; only what is drawn here is named, at its probability."""
    found = recognise(client, strokes=strokes)
    assert (found["guesses"][0]["slug"], found["guesses"][0]["name"]) == (slug, name)
    assert {guess["slug"] for guess in found["guesses"]} == {"cat", "the-eiffel-tower", "penguin"}
    likely = [guess["probability"] for guess in found["guesses"]]
    assert likely == sorted(likely, reverse=True)
    assert 0.9 < sum(likely) < 1


def test_it_says_whether_it_is_sure(client: TestClient) -> None:
    """From a probability of seven tenths on."""
    sure, unsure = recognise(client, strokes=EARS * 2), recognise(client, strokes=[*ROOF, [[0, 0], [30, 10]]])
    assert sure["guesses"][0]["probability"] >= 0.7
    assert unsure["guesses"][0]["probability"] < 0.7
    assert (sure["sure"], unsure["sure"]) == (True, False)


def test_so_many_guesses_as_are_wanted(client: TestClient) -> None:
    """`top` cuts the list."""
    whole = recognise(client, strokes=EARS)["guesses"]
    assert recognise(client, strokes=EARS, top=2)["guesses"] == whole[:2]
    assert recognise(client, strokes=EARS, top=1000)["guesses"] == whole


def test_strokes_come_in_any_form_and_scale(client: TestClient) -> None:
    """Lines or rows, with an end row or not, tiny or large: the same drawing is taken for the same."""
    rows = [[50, 80, 1, 0, 0], [50, -80, 0, 1, 0], [-90, 0, 1, 0, 0], [-10, -30, 1, 0, 0], [30, 20, 0, 1, 0]]
    rows += [[60, 10, 1, 0, 0], [10, -30, 1, 0, 0], [-30, 20, 0, 1, 0]]
    found = recognise(client, strokes=EARS)
    assert recognise(client, stroke5=rows) == found
    assert recognise(client, stroke5=[*rows, [0, 0, 0, 0, 1]]) == found
    for scale in (1e-5, 1e-2, 1e3):
        scaled = [[[x * scale, y * scale] for x, y in line] for line in EARS]
        assert recognise(client, strokes=scaled)["guesses"][0]["slug"] == "cat"


def test_size_does_not_matter(client: TestClient) -> None:
    """As small or large as it may be given: nothing is finished to that size."""
    rows = [[900_000, 900_000, 1, 0, 0]] * 5
    found = recognise(client, stroke5=rows, simplify=False)
    assert recognise(client, stroke5=rows, simplify=False, size=1e-6) == found


def test_a_long_line_is_a_drawing_too(client: TestClient) -> None:
    """It makes of 10,000 points on a straight line what it can."""
    assert len(recognise(client, strokes=[[[i, i] for i in range(10_000)]])["guesses"]) == 3


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "strokes"),
        ({"strokes": []}, "strokes"),
        ({"strokes": [[]]}, "strokes"),
        ({"strokes": [[[5, 5]]]}, "strokes"),
        ({"strokes": [[[0, 0]] * 50]}, "strokes"),
        ({"strokes": [[[0, 0], [1e-7, 1e-7]]]}, "strokes"),
        ({"stroke5": [[0, 0, 0, 1, 0]]}, "stroke5"),
        ({"stroke5": []}, "stroke5"),
        ({"stroke5": [[0, 0, 0, 0, 1]]}, "stroke5"),
        ({"stroke5": [[1, 1, 1, 1, 0]]}, "stroke5"),
        ({"strokes": EARS, "stroke5": [[1, 1, 1, 0, 0]]}, "body"),
        ({"strokes": [[[0, "x"]]]}, "strokes.0.0.1"),
        ({"strokes": [[[0, 1e7]]]}, "strokes.0.0.1"),
        ({"strokes": [[[i, i % 2 * 90] for i in range(10_000)]]}, "strokes"),
        ({"strokes": [[[i, i] for i in range(10_001)]]}, "strokes"),
        ({"strokes": EARS, "top": 0}, "top"),
        ({"strokes": EARS, "top": 1001}, "top"),
        ({"strokes": EARS, "count": 3}, "count"),
    ],
)
def test_mistakes_are_named(client: TestClient, body: dict[str, Any], parameter: str) -> None:
    """422 says which field is wrong: nothing, a dot, no numbers, too large ones, too many points or guesses."""
    answer = client.post("/recognise", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_what_is_no_number_is_refused(client: TestClient, number: str) -> None:
    """JSON has no NaN; a body with one is a problem, not a drawing."""
    text = f'{{"strokes": [[[0, {number}]]]}}'
    answer = client.post("/recognise", content=text, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"


def test_without_a_recogniser_all_else_works(checkpoints: Path) -> None:
    """503 says what is missing; the service is ready and draws."""
    with seeing(checkpoints, CheckpointMissing("checkpoints has no folder 'recogniser'")) as client:
        for path in ("/recognise", "/complete"):
            answer = client.post(path, json={"strokes": EARS})
            assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:no-recogniser")
            assert "checkpoints has no folder 'recogniser'" in answer.json()["detail"]
            assert int(answer.headers["retry-after"]) > 0
        assert client.get("/draw/cat?best=4").json()["type"] == "urn:inkstream:problem:no-recogniser"
        assert client.get("/readyz").status_code == 200
        assert client.get("/draw/cat?best=1").status_code == 200
        assert client.get("/draw/cat?count=2").headers["x-inkstream-best"] == "1"
        assert client.get("/categories/cat/thumbnail").status_code == 200
        assert client.post("/complete/cat", json={"strokes": EARS}).status_code == 200


def test_a_service_that_it_knows_nothing_of(tmp_path: Path) -> None:
    """Where no category is one of its names there is nothing to guess, and that is said."""
    write_checkpoint(tmp_path, "unicorn")
    with seeing(tmp_path) as client:
        answer = client.post("/recognise", json={"strokes": EARS})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:no-recogniser")
        assert "none of the categories" in answer.json()["detail"]


def test_a_failure_is_told_and_the_next_is_tried(checkpoints: Path) -> None:
    """500 where the recogniser fails, and a guess once it does not."""
    seer = Seer()
    with seeing(checkpoints, seer) as client:
        seer.failure = RuntimeError("on purpose")
        answer = client.post("/recognise", json={"strokes": EARS})
        assert (answer.status_code, answer.json()["type"]) == (500, "urn:inkstream:problem:decoding-failed")
        seer.failure = None
        assert recognise(client, strokes=EARS)["guesses"][0]["slug"] == "cat"


def test_it_counts_for_the_rate_of_an_address(checkpoints: Path) -> None:
    """Like a drawing."""
    with seeing(checkpoints, rate_limit="1/minute") as client:
        assert client.post("/recognise", json={"strokes": EARS}).status_code == 200
        assert client.post("/recognise", json={"strokes": EARS}).status_code == 429


def test_only_so_many_wait(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One more than may wait gets 429 at once; those that wait are answered."""
    seer = Seer()
    with seeing(checkpoints, seer, queue_limit=1) as client:
        begun, free = seer.held(monkeypatch)
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        answers: list[int] = []

        def ask() -> None:
            answers.append(client.post("/recognise", json={"strokes": EARS}).status_code)

        threads = [threading.Thread(target=ask) for _ in range(2)]
        threads[0].start()
        assert begun.wait(30)
        threads[1].start()
        until(lambda: service.recognition.waiting == 1)
        answer = client.post("/recognise", json={"strokes": EARS})
        assert (answer.status_code, answer.json()["type"]) == (429, "urn:inkstream:problem:queue-full")
        free.set()
        for thread in threads:
            thread.join(30)
        assert answers == [200, 200]


def test_what_is_measured(client: TestClient) -> None:
    """How long it takes, and how many drawings there were."""
    recognise(client, strokes=EARS)
    text = client.get("/metrics").text
    assert "inkstream_recognition_seconds_bucket" in text
    assert "inkstream_recognised_drawings_total" in text


def test_a_real_service_without_the_folder_says_so(checkpoints: Path) -> None:
    """No stand-in: the folder is looked for among the checkpoints."""
    with client_of(checkpoints) as client:
        answer = client.post("/recognise", json={"strokes": EARS})
        assert answer.status_code == 503
        assert f"there is no folder 'recogniser' in {checkpoints}" in answer.json()["detail"]
