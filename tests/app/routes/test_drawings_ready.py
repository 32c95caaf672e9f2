"""`GET /draw/{category}` with drawings that lie ready."""

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from starlette.testclient import TestClient

from app.application import create_app
from tests.app.real import real
from tests.app.routes.test_service import waiting
from tests.app.tiny import PATIENCE, busy, client_of, in_background, serving, settings_for, until

SIZE = 16


@pytest.fixture
def warm(checkpoints: Path) -> Iterator[TestClient]:
    """A client of a service in which penguins lie ready."""
    with client_of(checkpoints, pool_size=SIZE) as client:
        for _ in range(SIZE):  # a pool is full only as long as nobody takes one out of it
            client.get("/draw/penguin")
        until(lambda: "inkstream_pools 1.0" in client.get("/metrics").text)
        until(lambda: client.get("/draw/penguin").headers["x-cache"] == "hit")
        yield client


def test_the_answer_says_whether_it_lay_ready(checkpoints: Path) -> None:
    """miss, and once a category is asked for often, hit; each is another drawing that no cache keeps."""
    with client_of(checkpoints) as client:
        first = client.get("/draw/penguin")
        assert (first.headers["x-cache"], first.headers["cache-control"]) == ("miss", "no-store")
        seeds = set()

        def hit() -> bool:
            answer = client.get("/draw/penguin")
            seeds.add(answer.headers["x-inkstream-seed"])
            return answer.headers["x-cache"] == "hit"

        until(hit)
        before = len(seeds)
        answers = [client.get("/draw/penguin") for _ in range(10)]
        assert {answer.headers["cache-control"] for answer in answers} == {"no-store"}
        assert "etag" not in answers[0].headers
        assert len(seeds | {answer.headers["x-inkstream-seed"] for answer in answers}) == before + 10


@pytest.mark.parametrize("query", ["", "?format=json", "?format=png", "?color=teal", "?format=ndjson"])
def test_a_ready_drawing_is_that_of_its_seed(warm: TestClient, query: str) -> None:
    """Asked for again by its seed it is the same, byte for byte, in every form."""
    answer = warm.get(f"/draw/penguin{query}")
    assert answer.headers["x-cache"] == "hit"
    seed = answer.headers["x-inkstream-seed"]
    again = warm.get(f"/draw/penguin{query}{'&' if query else '?'}seed={seed}")
    assert again.headers["x-cache"] == "bypass"
    assert again.content == answer.content
    own = {"x-cache", "cache-control", "etag", "x-request-id", "date"}
    assert {k: v for k, v in again.headers.items() if k not in own} == {
        k: v for k, v in answer.headers.items() if k not in own
    }


@pytest.mark.parametrize("query", ["?fresh=true", "?seed=7", "?count=2"])
def test_some_requests_go_round_the_pool(warm: TestClient, query: str) -> None:
    """Who asks for a fresh drawing, a certain one, or for several of seeds that follow each other gets it drawn."""
    assert warm.get(f"/draw/penguin{query}").headers["x-cache"] == "bypass"
    assert warm.get("/draw/penguin?fresh=false").headers["x-cache"] == "hit"


def test_without_pools_everything_is_drawn(checkpoints: Path) -> None:
    """A size of 0 turns them off."""
    with client_of(checkpoints, pool_size=0) as client:
        assert {client.get("/draw/penguin").headers["x-cache"] for _ in range(9)} == {"bypass"}


def test_other_temperatures_are_another_pool(warm: TestClient) -> None:
    """A ready drawing is one of just what is asked for."""
    answer = warm.get("/draw/penguin?temp_xy=0.41")
    assert (answer.headers["x-cache"], answer.headers["x-inkstream-temp-xy"]) == ("miss", "0.41")
    assert warm.get("/draw/cat").headers["x-cache"] == "miss"


def test_when_too_many_wait_a_drawing_is_handed_out_again(checkpoints: Path) -> None:
    """Rather than 429, with a header and a count that say so; never to who asks for a fresh or a certain one."""
    app = create_app(settings_for(checkpoints, pool_size=4, queue_limit=1, batch_limit=1))
    with serving(app) as client:
        until(lambda: client.get("/draw/cat").headers["x-cache"] == "hit")
        with busy(app.state.service.engine):
            asked = [in_background(client.get, "/draw/cat?fresh=true") for _ in range(2)]
            waiting(app, 2)
            answers = [client.get("/draw/cat") for _ in range(9)]
            assert {answer.status_code for answer in answers} == {200}
            assert answers[-1].headers["x-cache"] == "reused"
            assert answers[-1].headers["cache-control"] == "no-store"
            assert client.get("/draw/cat?fresh=true").status_code == 429
            assert client.get("/draw/cat?seed=7").status_code == 429
            assert client.get("/draw/penguin").status_code == 429, "of which there is none"
            assert 'inkstream_pool_answers_total{cache="reused"}' in client.get("/metrics").text
        for thread, drawn in asked:
            thread.join(30)
            assert drawn[0].status_code == 200


def test_an_empty_query_is_checked_like_any(warm: TestClient) -> None:
    """The short way has the same errors: of the category, of the Accept header."""
    assert warm.get("/draw/nobody").status_code == 404
    assert warm.get("/draw/penguin", headers={"Accept": "text/html"}).status_code == 406
    assert warm.get("/draw/penguin?nonsense=1").status_code == 422


def test_refills_do_not_hold_up_the_end(checkpoints: Path) -> None:
    """A service that is told to stop while it fills its pools ends at once."""
    with real(checkpoints, pool_size=4096, grace=30) as running:
        for _ in range(5):
            assert httpx2.get(f"http://{running.host}/draw/cat", timeout=PATIENCE).status_code == 200
