from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.formats.asset import ASK_AGAIN, UNCHANGING
from tests.app.tiny import client_of


def address(client: TestClient, slug: str) -> str:
    """Where the list says that a category's thumbnail is."""
    listed = client.get("/categories").json()["categories"]
    return str(next(entry["thumbnail_url"] for entry in listed if entry["slug"] == slug))


def test_every_category_has_a_small_picture(client: TestClient) -> None:
    """An SVG that caches may keep for ever, the same each time, sent once to those who ask again."""
    for entry in client.get("/categories").json()["categories"]:
        answer = client.get(entry["thumbnail_url"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "image/svg+xml"
        assert answer.headers["cache-control"] == UNCHANGING
        assert len(answer.content) < 1500
        assert client.get(entry["thumbnail_url"]).content == answer.content
        again = client.get(entry["thumbnail_url"], headers={"If-None-Match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("query", ["", "?v=", "?v=00000000"])
def test_only_its_own_address_is_kept(client: TestClient, query: str) -> None:
    """Without the digits, or with those of another picture, a cache asks again each time."""
    answer = client.get(f"/categories/cat/thumbnail{query}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, ASK_AGAIN)


def test_what_is_asked_wrongly_is_refused(client: TestClient) -> None:
    """Names are matched as in /draw, and no parameter is passed over."""
    answer = client.get("/categories/pengiun/thumbnail")
    assert (answer.status_code, answer.json()["near"]) == (404, ["penguin"])
    answer = client.get("/categories/cat/thumbnail?size=64")
    assert (answer.status_code, answer.json()["known"]) == (422, ["v"])


def test_it_counts_against_no_rate(checkpoints: Path) -> None:
    """A page that shows many may draw as often as one that shows none."""
    with client_of(checkpoints, rate_limit="1/minute") as client:
        for slug in ("cat", "penguin", "the-eiffel-tower"):
            assert client.get(address(client, slug)).status_code == 200
        assert client.get("/draw/cat").status_code == 200
        assert client.get("/draw/cat").status_code == 429
