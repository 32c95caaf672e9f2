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


def test_an_unknown_category_is_404(client: TestClient) -> None:
    """Near names are listed as in /draw."""
    answer = client.get("/categories/pengiun")
    assert (answer.status_code, answer.json()["near"]) == (404, ["penguin"])
