import json
from pathlib import Path

from starlette.testclient import TestClient


def test_the_list_names_every_category(client: TestClient) -> None:
    """Each category has its name, systems, recommended temperatures, and URLs that answer."""
    listed = client.get("/categories").json()["categories"]
    assert [entry["slug"] for entry in listed] == ["cat", "penguin", "the-eiffel-tower"]
    assert listed[1] == {
        "slug": "penguin",
        "name": "penguin",
        "group": "",
        "default": "gmm16_3",
        "systems": [
            {"system": "gmm16_3", "temp_xy": 0.4, "temp_p": 0.5},
            {"system": "gmm16_1", "temp_xy": 0.4, "temp_p": 0.5},
        ],
        "draw_url": "/draw/penguin",
        "card_url": "/categories/penguin",
    }
    for entry in listed:
        assert client.get(entry["draw_url"]).status_code == client.get(entry["card_url"]).status_code == 200


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
