import json
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from tests.app.tiny import client_of, write_checkpoint


def test_the_list_names_every_category(client: TestClient) -> None:
    """Each category has its name, systems, recommended temperatures, and URLs that answer."""
    body = client.get("/categories").json()
    listed = body["categories"]
    assert body["total"] == 3
    thumbnail_url = listed[1].pop("thumbnail_url")
    assert [entry["slug"] for entry in listed] == ["cat", "penguin", "the-eiffel-tower"]
    assert listed[1] == {
        "slug": "penguin",
        "name": "penguin",
        "group": "",
        "available": True,
        "aliases": [],
        "default": "gmm16_3",
        "systems": [
            {"system": "gmm16_3", "temp_xy": 0.4, "temp_p": 0.5},
            {"system": "gmm16_1", "temp_xy": 0.4, "temp_p": 0.5},
        ],
        "draw_url": "/draw/penguin",
        "card_url": "/categories/penguin",
    }
    assert client.get(thumbnail_url).status_code == 200
    for entry in listed:
        assert client.get(entry["draw_url"]).status_code == client.get(entry["card_url"]).status_code == 200


def test_the_list_is_searched_and_cut(client: TestClient) -> None:
    """What `q` may mean, likeliest first; so many of it; and no more of each than a menu needs."""
    body = client.get("/categories?q=pengiuns&compact=true&limit=1").json()
    assert body == {
        "total": 1,
        "categories": [{"slug": "penguin", "name": "penguin", "group": "", "available": True}],
    }
    assert client.get("/categories?limit=2&offset=2").json()["categories"][0]["slug"] == "the-eiffel-tower"


@pytest.mark.parametrize("query", ["q=" + "a" * 101, "limit=0", "offset=-1", "compact=perhaps", "group=none", "size=3"])
def test_a_wrong_wish_is_refused(client: TestClient, query: str) -> None:
    """Each with the parameter's name."""
    answer = client.get(f"/categories?{query}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, query.partition("=")[0])


def test_who_has_the_list_is_not_sent_it(client: TestClient) -> None:
    """It is compressed for those who read that, asked for again each time, and sent only when it changed."""
    answer = client.get("/categories", headers={"Accept-Encoding": "gzip"})
    assert (answer.headers["content-encoding"], answer.headers["cache-control"]) == ("gzip", "no-cache")
    again = client.get("/categories", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_network_that_cannot_be_loaded_is_said(tmp_path: Path) -> None:
    """Its category stays in the list, as one that is not available, from the first failure on."""
    model = write_checkpoint(tmp_path, "cat") / "model.pt"
    write_checkpoint(tmp_path, "penguin")
    with client_of(tmp_path, preload=0) as client:
        assert all(entry["available"] for entry in client.get("/categories").json()["categories"])
        model.write_bytes(b"damaged")
        assert client.get("/draw/cat").status_code == 503
        found = {entry["slug"]: entry["available"] for entry in client.get("/categories").json()["categories"]}
        assert found == {"cat": False, "penguin": True}


def test_a_category_shows_its_cards(client: TestClient, checkpoints: Path) -> None:
    """The cards are those of the checkpoint folders, word for word; names are matched as everywhere."""
    shown = client.get("/categories/The Penguin").json()
    assert (shown["slug"], shown["name"], shown["default"]) == ("penguin", "penguin", "gmm16_3")
    folders = ["penguin", "penguin@gmm16_1"]
    assert shown["cards"] == [json.loads((checkpoints / folder / "card.json").read_text()) for folder in folders]


def test_a_network_of_several_subjects_is_shown_by_each(zoo: TestClient, menagerie: Path) -> None:
    """A category's group and temperatures are its subject's, and its card has that subject alone."""
    listed = {entry["slug"]: entry for entry in zoo.get("/categories").json()["categories"]}
    assert list(listed) == ["bee", "cat", "dog", "grapes", "the-mona-lisa"]
    assert (listed["grapes"]["group"], listed["grapes"]["default"]) == ("food", "animals5")
    assert listed["cat"]["systems"] == [
        {"system": "gmm16_3", "temp_xy": 0.4, "temp_p": 0.5},
        {"system": "animals5", "temp_xy": 0.3, "temp_p": 0.5},
    ]
    assert listed["cat"]["group"] == "animals", "what one network does not say another does"
    whole = json.loads((menagerie / "animals" / "card.json").read_text())
    assert zoo.get("/categories/bees").json()["cards"] == [{**whole, "subjects": [whole["subjects"][2]]}]


def test_an_unknown_category_is_404(client: TestClient) -> None:
    """Near names are listed as in /draw."""
    answer = client.get("/categories/pengiun")
    assert (answer.status_code, answer.json()["near"]) == (404, ["penguin"])
