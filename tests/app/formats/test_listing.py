import json
from pathlib import Path
from typing import Any

import pytest

from app.catalogue.catalogue import Catalogue, Category
from app.catalogue.subject import StoredNetwork
from app.errors import Invalid
from app.formats.listing import CategoryList, Listing, ListQuery
from model.card import Card, SubjectCard

SUBJECTS = {  # name -> group, aliases
    "airplane": ("things that fly", ["plane"]),
    "bat": ("animals", []),
    "cat": ("animals", ["kitten"]),
    "penguin": ("animals", []),
}


@pytest.fixture
def catalogue() -> Catalogue:
    """One network of four subjects; nothing of it is on disk."""
    subjects = [
        SubjectCard(name=name, slug=name, max_points=24, temp_xy=0.4, temp_p=0.5, group=group, aliases=tuple(aliases))
        for name, (group, aliases) in SUBJECTS.items()
    ]
    card = Card(
        system="many", hidden=16, mixtures=3, mean=(0, 0), std=(1, 1), subjects=tuple(subjects), sha256="0" * 64
    )
    network = StoredNetwork(card, Path("many"))
    return Catalogue(Category(s.card.slug, s.card.name, {"many": s}, "many") for s in network.subjects())


def asked(listing: Listing, **query: Any) -> tuple[list[str], int]:
    """Slugs of an answer, and its total."""
    body = json.loads(listing.asset(ListQuery(**query)).content)
    CategoryList.model_validate(body)
    return [entry["slug"] for entry in body["categories"]], body["total"]


def test_without_a_question_all_are_listed(catalogue: Catalogue) -> None:
    """By slug, and made only once."""
    listing = Listing(catalogue, frozenset())
    assert asked(listing) == (["airplane", "bat", "cat", "penguin"], 4)
    assert listing.asset(ListQuery()) is listing.asset(ListQuery())


@pytest.mark.parametrize(
    ("text", "first"), [("plane", "airplane"), ("Penguins", "penguin"), ("pengiun", "penguin"), ("kitten", "cat")]
)
def test_a_search_knows_aliases_plurals_and_slips(catalogue: Catalogue, text: str, first: str) -> None:
    """The likeliest comes first, however it is called."""
    assert asked(Listing(catalogue, frozenset()), q=text)[0][0] == first


def test_a_group_is_matched_as_names_are(catalogue: Catalogue) -> None:
    """Case and spaces do not count; a group that is none is refused with those that there are."""
    listing = Listing(catalogue, frozenset())
    assert asked(listing, group="Animals") == (["bat", "cat", "penguin"], 3)
    assert asked(listing, group="things-that-fly") == (["airplane"], 1)
    with pytest.raises(Invalid, match="animals, things that fly"):
        listing.asset(ListQuery(group="cars"))


def test_pages_have_the_total_of_all(catalogue: Catalogue) -> None:
    """Whoever pages through knows where it ends; a search within a group is cut too."""
    listing = Listing(catalogue, frozenset())
    assert asked(listing, limit=3) == (["airplane", "bat", "cat"], 4)
    assert asked(listing, limit=3, offset=3) == (["penguin"], 4)
    assert asked(listing, offset=9) == ([], 4)
    assert asked(listing, q="at", group="animals", limit=1) == (["bat"], 2)


def test_compact_entries_are_short(catalogue: Catalogue) -> None:
    """Name, slug, group and whether it can be drawn: no more."""
    body = json.loads(Listing(catalogue, frozenset()).asset(ListQuery(compact=True)).content)
    assert body["categories"][1] == {"slug": "bat", "name": "bat", "group": "animals", "available": True}


def test_what_could_not_be_loaded_is_said(catalogue: Catalogue) -> None:
    """A category stays in the list, as one that is not available."""
    body = json.loads(Listing(catalogue, {Path("many")}).asset(ListQuery()).content)
    assert [entry["available"] for entry in body["categories"]] == [False] * 4
