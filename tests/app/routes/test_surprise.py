"""`surprise`, in the place of a category; and `X-Inkstream-Category`, which says what was drawn."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES
from tests.app.routes.test_events import events
from tests.app.tiny import client_of, write_checkpoint

SLUGS = {"bee", "cat", "dog", "grapes", "the-mona-lisa"}


def test_another_category_each_time(zoo: TestClient) -> None:
    """Without a seed it is any of them, and no cache keeps it."""
    answers = [zoo.get("/draw/surprise") for _ in range(40)]
    slugs = {answer.headers["x-inkstream-category"] for answer in answers}
    assert len(slugs) > 1
    assert slugs <= SLUGS
    assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_a_seed_gives_the_same_surprise(zoo: TestClient, form: str) -> None:
    """The same category and drawing, byte for byte: what its own path answers for that seed, in every form."""
    for seed in (0, 3, 2**53 - 1):
        answer = zoo.get(f"/draw/Surprise?seed={seed}&format={form}")
        slug = answer.headers["x-inkstream-category"]
        own = zoo.get(f"/draw/{slug}?seed={seed}&format={form}")
        assert (own.content, own.headers["etag"]) == (answer.content, answer.headers["etag"])
    found = {zoo.get(f"/draw/surprise?seed={seed}").headers["x-inkstream-category"] for seed in range(len(SLUGS))}
    assert found == SLUGS


def test_every_way_to_draw_takes_it(zoo: TestClient) -> None:
    """Streams and WebSockets say in `start` what it is, a completion in its body; a socket surprises each time."""
    drawn = zoo.get("/draw/surprise?seed=2").headers["x-inkstream-category"]
    assert events(zoo.get("/draw/surprise/stream?seed=2").text)[0]["slug"] == drawn
    body = {"strokes": [[[0, 0], [40, 40]]], "seed": 2}
    assert zoo.post("/complete/surprise", json=body).json()["category"] == drawn
    with zoo.websocket_connect("/ws/draw/surprise?seed=2") as session:
        slugs = [session.receive_json()["slug"]]
        session.send_json({"type": "draw", "seed": 3})
        while (message := session.receive_json())["type"] != "start":
            pass
        slugs.append(message["slug"])
    assert slugs == [drawn, zoo.get("/draw/surprise?seed=3").headers["x-inkstream-category"]]


def test_a_system_surprises_with_what_it_draws(zoo: TestClient) -> None:
    """Only categories that it draws; a system that is nowhere is named, with those that there are."""
    answers = [zoo.get(f"/draw/surprise?system=gmm16_1&seed={seed}") for seed in range(6)]
    assert {answer.headers["x-inkstream-category"] for answer in answers} == {"dog"}
    answer = zoo.get("/draw/surprise?system=none")
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:inkstream:problem:unknown-system")
    assert answer.json()["systems"] == ["animals5", "gmm16_1", "gmm16_3"]


@pytest.mark.parametrize(
    ("asked", "slug"), [("dogs", "dog"), ("kitty", "cat"), ("grape", "grapes"), ("Mona_Lisa", "the-mona-lisa")]
)
def test_the_header_has_the_slug_of_what_was_asked_for(zoo: TestClient, asked: str, slug: str) -> None:
    """However it was spelt; with HEAD, a list and a 304 too."""
    first = zoo.get(f"/draw/{asked}?seed=1")
    again = zoo.get(f"/draw/{asked}?seed=1", headers={"If-None-Match": first.headers["etag"]})
    answers = [first, again, zoo.head(f"/draw/{asked}"), zoo.get(f"/draw/{asked}?count=2")]
    assert [answer.headers["x-inkstream-category"] for answer in answers] == [slug] * 4
    assert again.status_code == 304


def test_a_category_that_is_not_ascii(tmp_path: Path) -> None:
    """Its header is written as its path."""
    write_checkpoint(tmp_path, "猫")
    with client_of(tmp_path) as client:
        assert client.get("/draw/猫").headers["x-inkstream-category"] == "%E7%8C%AB"


def test_a_category_of_that_name_is_that_category(tmp_path: Path) -> None:
    """What can be drawn counts before what the word stands for."""
    write_checkpoint(tmp_path, "surprise")
    write_checkpoint(tmp_path, "cat")
    with client_of(tmp_path) as client:
        assert {client.get("/draw/surprise").headers["x-inkstream-category"] for _ in range(9)} == {"surprise"}
