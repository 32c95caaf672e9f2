"""What likenesses and ways count for: against rates, and against what one client may hold."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import numpy as np
from starlette.testclient import TestClient

from app.middleware.client_limits import Client, Limit
from model.latent import to_text
from tests.app.tiny import LATENT, client_of, subject_card, write_network

HOUSE = [[[100, 100], [140, 40], [180, 100], [180, 160], [100, 160], [100, 100]]]
CODE = to_text(np.ones(LATENT, np.float32))


def test_all_that_are_drawn_count(tmp_path: Path) -> None:
    """A likeness that is chosen from eight is eight drawings to a rate limit, and its original one more."""
    write_network(tmp_path, "zoo", "zoo2", [subject_card("dog"), subject_card("bee")])
    with client_of(tmp_path, rate_limit="20/minute") as client:
        assert client.get("/draw/dog?like=1&closeness=1").status_code == 200
        assert client.get("/draw/dog?like=1&closeness=1").status_code == 200
        assert client.get("/draw/dog?like=1&closeness=1").status_code == 429
        assert client.get("/draw/dog?like=1&closeness=0").status_code == 200
        assert client.get("/draw/dog?like=1&closeness=0").status_code == 429
    with client_of(tmp_path, rate_limit="20/minute") as client:
        assert client.get("/between/dog/bee?steps=2").status_code == 200
        assert client.get(f"/between/dog/bee?steps=2&from_latent={CODE}&to_latent={CODE}").status_code == 200
        assert client.get("/draw/dog").status_code == 429


def test_candidates_are_held_by_their_client(tmp_path: Path) -> None:
    """No more of them at a time than one request may ask for, and its pictures are its own, however many are drawn."""
    write_network(tmp_path, "zoo", "zoo2", [subject_card("dog"), subject_card("bee")])
    with client_of(tmp_path, max_count=4) as client:
        service = client.app.state.service  # type: ignore[attr-defined] # the application is FastAPI's
        waves: list[int] = []
        turn, take = service.clients.turn, service.clients.take

        def counted(client: Client, count: int) -> AbstractAsyncContextManager[None]:
            waves.append(count)
            found: AbstractAsyncContextManager[None] = turn(client, count)
            return found

        held: list[str] = []

        def noted(client: Client, limit: Limit, count: int = 1) -> Callable[[], None]:
            held.append(limit)
            found: Callable[[], None] = take(client, limit, count)
            return found

        service.clients.turn, service.clients.take = counted, noted
        assert client.get("/draw/dog?like=1&closeness=1&count=2").status_code == 200
        assert waves == [1, 4, 4, 4, 4]
        assert held.count("pictures") == 1
        waves.clear()
        assert client.get("/between/dog/bee?steps=3").status_code == 200
        assert sorted(waves) == [1, 1, *[4] * 6]


def test_nothing_stays_taken(zoo: TestClient) -> None:
    """After failures and answers no place is held."""
    zoo.post("/like/dog", json={"strokes": HOUSE, "temp_xy": 10, "count": 9})
    service = zoo.app.state.service  # type: ignore[attr-defined] # the application is FastAPI's
    assert service.render_pool.taken == 0
    assert service.engine.is_idle()
