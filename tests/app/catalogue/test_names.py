import pytest

from app.catalogue.names import keys_of
from model.names import match_key

NAMES = {
    "bus": ("bus",),
    "cat": ("cat", "kitty", "ship"),
    "dog": ("dog", "hound"),
    "eyeglasses": ("eyeglasses",),
    "grapes": ("grapes", "wine"),
    "mouse": ("mouse",),
    "the-mona-lisa": ("The Mona Lisa", "la gioconda"),
    "ship": ("sailing ship", "cats"),
}


@pytest.mark.parametrize(
    ("asked", "slug"),
    [
        ("dogs", "dog"),
        ("DOGS", "dog"),
        ("grape", "grapes"),
        ("eyeglass", "eyeglasses"),
        ("mice", "mouse"),
        ("buses", "bus"),
        ("hounds", "dog"),
        ("kitties", "cat"),
        ("sailing ships", "ship"),
        ("Mona Lisas", "the-mona-lisa"),
        ("La Gioconda", "the-mona-lisa"),
    ],
)
def test_plurals_are_matched_both_ways(asked: str, slug: str) -> None:
    """Many of one, one of many, and so of aliases; irregular ones too."""
    assert keys_of(NAMES)[match_key(asked)] == slug


def test_a_name_wins_over_an_alias_and_an_alias_over_a_plural() -> None:
    """Whichever category comes first: `ship` is the ship, though the cat is called so, and `cats` is its alias."""
    for names in (NAMES, dict(reversed(NAMES.items()))):
        keys = keys_of(names)
        assert keys["ship"] == keys["sailingship"] == "ship"
        assert keys["cats"] == "ship"
        assert keys["cat"] == "cat"


def test_of_two_aliases_the_first_counts() -> None:
    """Two networks may know different things by one alias."""
    assert keys_of({"bat": ("bat", "flyer"), "bird": ("bird", "flyer")})["flyer"] == "bat"


@pytest.mark.parametrize("alias", ["", " ", "---", "!!!", "3", "猫"])
def test_any_alias_may_stand_on_a_card(alias: str) -> None:
    """One without a letter stands for nothing, and keeps nobody else from being found."""
    keys = keys_of({"cat": ("cat", alias), "dog": ("dog",)})
    assert "" not in keys
    assert keys["dogs"] == "dog"
