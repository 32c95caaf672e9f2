import json
import logging
import os
from pathlib import Path

import pytest

from app.catalogue.catalogue import Catalogue, read_catalogue
from app.errors import UnknownCategory, UnknownSystem
from tests.app.tiny import client_of, subject_card, write_checkpoint, write_network


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
    assert catalogue.find("penguin").subject().system == "gmm16_3"
    assert catalogue.find("penguin").subject("gmm16_1").system == "gmm16_1"


def test_a_network_is_found_by_each_of_its_subjects(menagerie: Path) -> None:
    """Each is a category, or one more system of a category; its number is its place on the card."""
    catalogue = read_catalogue(menagerie)
    assert systems(catalogue) == {
        "bee": ["animals5"],
        "cat": ["gmm16_3", "animals5"],
        "dog": ["animals5", "gmm16_1"],
        "grapes": ["animals5"],
        "the-mona-lisa": ["animals5"],
    }
    assert [catalogue.find(name).subject("animals5").number for name in ("bee", "cat", "mona lisa")] == [2, 0, 4]
    assert [network.name for network in catalogue.networks()] == ["animals", "cat", "dog@gmm16_1"]


def test_the_default_is_the_network_whose_card_says_so(menagerie: Path) -> None:
    """Else the one of several subjects; one that neither claims it nor has others draws when it is asked for."""
    catalogue = read_catalogue(menagerie)
    assert [catalogue.find(name).default for name in ("cat", "dog", "bee")] == ["gmm16_3", "animals5", "animals5"]
    with pytest.raises(UnknownSystem) as caught:
        catalogue.find("bee").subject("gmm16_3")
    assert caught.value.systems == ["animals5"]


def test_of_several_that_claim_a_category_the_first_is_the_default(tmp_path: Path) -> None:
    """A card's word counts more than how much a network draws; of equal ones the folder that comes first."""
    write_network(tmp_path / "b", "zoo", "zoo2", [subject_card("cat"), subject_card("dog")])
    write_network(tmp_path / "a", "farm", "farm2", [subject_card("cat"), subject_card("dog", default=True)])
    write_checkpoint(tmp_path / "b", "dog")
    catalogue = read_catalogue(tmp_path / "b", tmp_path / "a")
    assert systems(catalogue) == {"cat": ["zoo2", "farm2"], "dog": ["gmm16_3", "zoo2", "farm2"]}
    catalogue = read_catalogue(tmp_path / "a", tmp_path / "b")
    assert systems(catalogue) == {"cat": ["farm2", "zoo2"], "dog": ["farm2", "gmm16_3", "zoo2"]}


def test_two_that_draw_a_subject_by_the_same_system(tmp_path: Path) -> None:
    """The second is refused by name, all of it: half a network would draw what its card does not say."""
    write_network(tmp_path, "a", "zoo2", [subject_card("cat"), subject_card("dog")])
    second = write_network(tmp_path, "b", "zoo2", [subject_card("owl"), subject_card("dog")])
    catalogue = read_catalogue(tmp_path)
    assert systems(catalogue) == {"cat": ["zoo2"], "dog": ["zoo2"]}
    assert catalogue.refused == {second: f"its system is served from {str(tmp_path / 'a')!r}"}


@pytest.mark.parametrize(
    ("name", "slug"),
    [("kitty", "cat"), ("Hounds", "dog"), ("dogs", "dog"), ("grape", "grapes"), ("wines", "grapes"), ("bees", "bee")],
)
def test_aliases_and_plurals_are_found(menagerie: Path, name: str, slug: str) -> None:
    """Those of every network that draws a category, of the default or not, in any spelling."""
    assert read_catalogue(menagerie).find(name).slug == slug


def test_a_name_wins_over_the_alias_of_another_network(tmp_path: Path) -> None:
    """What one network calls its cat is another one's own subject, and that is found by it."""
    write_network(tmp_path, "a", "zoo2", [subject_card("cat", aliases=("lion",)), subject_card("dog")])
    write_checkpoint(tmp_path, "lion")
    assert read_catalogue(tmp_path).find("lions").slug == "lion"


def test_searching_finds_by_every_name(menagerie: Path) -> None:
    """Of that name first, then those that begin so, hold it, or are near; no text is all, a pictogram nothing."""
    catalogue = read_catalogue(menagerie)
    found = {
        text: [category.slug for category in catalogue.search(text)] for text in ("kit", "lisa", "hond", "", " ", "🐱")
    }
    assert found["kit"] == ["cat"]
    assert found["lisa"] == ["the-mona-lisa"]
    assert found["hond"][0] == "dog"
    assert (len(found[""]), len(found[" "]), found["🐱"]) == (5, 5, [])


def test_surprise_is_any_category(menagerie: Path) -> None:
    """The same for the same seed, by the default, or by the system that is asked for; another each time without."""
    catalogue = read_catalogue(menagerie)
    by_seed = [catalogue.surprise(seed=seed) for seed in range(10)]
    assert [subject.card.slug for subject in by_seed[:5]] == ["bee", "cat", "dog", "grapes", "the-mona-lisa"]
    assert by_seed[:5] == by_seed[5:] == [catalogue.surprise(seed=seed) for seed in range(5)]
    assert by_seed[1].system == "gmm16_3"
    assert len({catalogue.surprise().card.slug for _ in range(60)}) > 1
    assert {catalogue.surprise("gmm16_1", seed).card.slug for seed in range(9)} == {"dog"}
    with pytest.raises(UnknownSystem) as caught:
        catalogue.surprise("none")
    assert caught.value.systems == ["animals5", "gmm16_1", "gmm16_3"]


@pytest.mark.parametrize(
    "name",
    ["the-eiffel-tower", "The Eiffel Tower", "EIFFEL TOWER", "eiffel_tower", "eiffeltower", " the Eiffel-tower "],
)
def test_lookup_is_lenient(checkpoints: Path, name: str) -> None:
    """Case, spaces, `-`, `_` and a leading "the" do not count."""
    assert read_catalogue(checkpoints).find(name).slug == "the-eiffel-tower"


@pytest.mark.parametrize(
    ("name", "near"), [("pengiun", ["penguin"]), ("kat", ["cat"]), ("", []), ("---", []), ("x" * 101, [])]
)
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


def test_a_folder_of_format_1_is_refused_with_the_way_out(tmp_path: Path) -> None:
    """The reason names the command that brings it over, and the rest is served."""
    write_checkpoint(tmp_path, "cat")
    old = write_checkpoint(tmp_path, "owl")
    card = {"category": "owl", "slug": "owl", "system": "gmm16_3", "hidden": 16, "mixtures": 3}
    (old / "card.json").write_text(json.dumps(card))
    catalogue = read_catalogue(tmp_path)
    assert systems(catalogue) == {"cat": ["gmm16_3"]}
    assert "is of format 1" in catalogue.refused[old]
    assert f"`python -m training export {old} --out DIR`" in catalogue.refused[old]


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
    assert category.subject("gmm16_1").system == "gmm16_1"
    with pytest.raises(UnknownSystem) as caught:
        category.subject()
    assert caught.value.systems == ["gmm16_1"]


@pytest.mark.parametrize(
    "changes",
    [{"temp_xy": 10.5}, {"temp_p": 1e300}, {"seed": -1}, {"seed": 2**53}, {"name": "a" * 101}, {"slug": "a" * 101}],
    ids=lambda changes: next(iter(changes)),
)
def test_a_card_asks_for_nothing_that_requests_may_not(tmp_path: Path, changes: dict[str, object]) -> None:
    """A temperature, a seed or a name that no request may give is refused, by name; the others are served."""
    write_checkpoint(tmp_path, "cat")
    card = tmp_path / write_checkpoint(tmp_path, "penguin") / "card.json"
    content = json.loads(card.read_text())
    content["subjects"][0] |= changes
    card.write_text(json.dumps(content))
    catalogue = read_catalogue(tmp_path)
    assert list(systems(catalogue)) == ["cat"]
    [(folder, reason)] = catalogue.refused.items()
    assert folder.name == "penguin"
    assert next(iter(changes)) in reason


@pytest.mark.parametrize("name", ["card.json", "model.pt", ".model.pt.former"])
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_special_file_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    """A pipe that nobody writes to, or a device without end, keeps nobody waiting: the others are served."""
    write_checkpoint(tmp_path, "cat")
    path = write_checkpoint(tmp_path, "penguin") / name
    path.unlink(missing_ok=True)
    if name == ".model.pt.former":
        (path.parent / "model.pt").unlink()
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    catalogue = read_catalogue(tmp_path)
    assert (list(systems(catalogue)), [folder.name for folder in catalogue.refused]) == (["cat"], ["penguin"])


def test_what_is_drawn_by_codes(menagerie: Path) -> None:
    """The default where it knows latent codes, else the first that does; none where a system knows none."""
    catalogue = read_catalogue(menagerie)
    cat, dog = catalogue.find("cat"), catalogue.find("dog")
    assert cat.subject().system == "gmm16_3"
    for category in (cat, dog):
        coded = category.coded()
        assert coded is not None
        assert coded.system == "animals5"
    assert cat.coded("gmm16_3") is None
    with pytest.raises(UnknownSystem):
        cat.coded("nobody")
