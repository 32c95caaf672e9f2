"""`POST /complete`: finish my drawing, whatever it is."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from tests.app.seer import EARS, MAST, ROOF, seeing

THREE = [(EARS, "cat", "cat"), (MAST, "the-eiffel-tower", "The Eiffel Tower"), (ROOF, "penguin", "penguin")]


@pytest.fixture(scope="module")
def client(checkpoints: Path) -> Iterator[TestClient]:
    """Of a service with a recogniser."""
    with seeing(checkpoints) as client:
        yield client


@pytest.mark.parametrize(("strokes", "slug", "name"), THREE)
def test_it_finishes_what_it_sees(client: TestClient, strokes: object, slug: str, name: str) -> None:
    """As that category does with the same seed; header and JSON say what was seen, and what else it may be."""
    answer = client.post("/complete", json={"strokes": strokes, "seed": 7, "count": 2})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (answer.headers["x-inkstream-category"], body["category"]) == (slug, name)
    named = client.post(f"/complete/{slug}", json={"strokes": strokes, "seed": 7, "count": 2})
    assert named.headers["x-inkstream-category"] == slug
    assert body["drawings"] == named.json()["drawings"]
    seen = client.post("/recognise", json={"strokes": strokes}).json()
    assert (body["guesses"], body["sure"]) == (seen["guesses"], seen["sure"])


def test_a_system_draws_what_it_can(client: TestClient) -> None:
    """Of the guesses the likeliest that the system draws; one that draws nothing is not known."""
    answer = client.post("/complete", json={"strokes": EARS, "system": "gmm16_1"})
    assert answer.json()["category"] == "penguin"
    assert answer.json()["guesses"][0]["slug"] == "cat"
    answer = client.post("/complete", json={"strokes": EARS, "system": "none"})
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:inkstream:problem:unknown-system")


def test_many_points_are_finished_too(client: TestClient) -> None:
    """Written in a thread, with the guesses."""
    answer = client.post("/complete", json={"strokes": [[[i, i] for i in range(800)], *EARS]})
    assert (answer.status_code, answer.json()["guesses"][0]["slug"]) == (200, "cat")


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "strokes"),
        ({"strokes": [[]]}, "strokes"),
        ({"strokes": [[[i, i % 2 * 90] for i in range(99)]]}, "strokes"),
        ({"strokes": EARS, "count": 65}, "count"),
        ({"strokes": [[[i, i] for i in range(9_000)]], "count": 64}, "count"),
        ({"strokes": EARS, "top": 3}, "top"),
    ],
)
def test_mistakes_are_named(client: TestClient, body: dict[str, Any], parameter: str) -> None:
    """As for a category that is named."""
    answer = client.post("/complete", json=body)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, parameter)
