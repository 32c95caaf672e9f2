import json
import logging
from pathlib import Path

import pytest

from app.catalogue.catalogue import Catalogue, read_catalogue
from app.errors import UnknownCategory, UnknownSystem
from tests.app.tiny import client_of, write_checkpoint


def systems(catalogue: Catalogue) -> dict[str, list[str]]:
    return {category.slug: list(category.systems) for category in catalogue.categories()}


def test_every_checkpoint_is_found(checkpoints: Path) -> None:
    """Categories have their systems, the default first."""
    catalogue = read_catalogue(checkpoints)
    assert systems(catalogue) == {
        "cat": ["gmm16_3"],
        "penguin": ["gmm16_3", "gmm16_1"],
        "the-eiffel-tower": ["gmm16_3"],
    }
    assert catalogue.find("penguin").entry().card.system == "gmm16_3"
    assert catalogue.find("penguin").entry("gmm16_1").card.system == "gmm16_1"


@pytest.mark.parametrize(
    "name",
    ["the-eiffel-tower", "The Eiffel Tower", "EIFFEL TOWER", "eiffel_tower", "eiffeltower", " the Eiffel-tower "],
)
def test_lookup_is_lenient(checkpoints: Path, name: str) -> None:
    """Case, spaces, `-`, `_` and a leading "the" do not count."""
    assert read_catalogue(checkpoints).find(name).slug == "the-eiffel-tower"


@pytest.mark.parametrize(("name", "near"), [("penguins", ["penguin"]), ("kat", ["cat"]), ("", []), ("---", [])])
def test_an_unknown_name_has_near_ones(checkpoints: Path, name: str, near: list[str]) -> None:
    """The error carries the slugs of categories whose names are alike."""
    with pytest.raises(UnknownCategory) as caught:
        read_catalogue(checkpoints).find(name)
    assert caught.value.near == near


def test_a_changed_byte_is_refused_by_name_and_the_rest_served(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A model.pt that is not its card's is not served; the log names it, and the other checkpoints draw."""
    write_checkpoint(tmp_path, "cat")
    model = write_checkpoint(tmp_path, "penguin") / "model.pt"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(data)
    with caplog.at_level(logging.ERROR), client_of(tmp_path) as client:
        assert client.get("/draw/cat").status_code == 200
        assert client.get("/draw/penguin").status_code == 404
        assert client.get("/readyz").json()["categories"] == 1
    [record] = [record for record in caplog.records if record.name == "app.catalogue.catalogue"]
    assert record.getMessage().startswith("refused checkpoint penguin: ")


def test_broken_folders_are_refused_by_name(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """No card, no model, a broken card, a folder named otherwise than its card: each is logged and left out."""
    write_checkpoint(tmp_path, "cat")
    (write_checkpoint(tmp_path, "crab") / "card.json").unlink()
    (write_checkpoint(tmp_path, "face") / "model.pt").unlink()
    (write_checkpoint(tmp_path, "owl") / "card.json").write_text("{")
    write_checkpoint(tmp_path, "pig", folder="my-pig")
    write_checkpoint(tmp_path, "cat", folder="cat@gmm16_3")
    write_checkpoint(tmp_path, "The Cat", system="gmm16_1")
    (tmp_path / "README.md").write_text("not a checkpoint")
    assert systems(read_catalogue(tmp_path)) == {"cat": ["gmm16_3"]}
    messages = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    refused = {message.split(":")[0].removeprefix("refused checkpoint ") for message in messages}
    assert refused == {"crab", "face", "owl", "my-pig", "cat@gmm16_3", "the-cat"}


def test_a_card_that_lies_about_its_hash_is_refused(tmp_path: Path) -> None:
    """The hash in the card is what counts."""
    card = write_checkpoint(tmp_path, "cat") / "card.json"
    card.write_text(json.dumps({**json.loads(card.read_text()), "sha256": "0" * 64}))
    assert len(read_catalogue(tmp_path)) == 0


def test_without_its_default_a_category_is_drawn_on_demand_only(tmp_path: Path) -> None:
    """Where only `<slug>@<system>` is left, nothing else takes the default's place unasked."""
    write_checkpoint(tmp_path, "cat", system="gmm16_1", folder="cat@gmm16_1")
    category = read_catalogue(tmp_path).find("cat")
    assert category.default is None
    assert category.entry("gmm16_1").card.system == "gmm16_1"
    with pytest.raises(UnknownSystem) as caught:
        category.entry()
    assert caught.value.systems == ["gmm16_1"]
