"""Names of categories."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.names import match_key, slug


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("penguin", "penguin"),
        ("The Eiffel Tower", "the-eiffel-tower"),
        ("fire_truck", "fire-truck"),
        ("  hot  dog! ", "hot-dog"),
        ("Straße", "strasse"),
        ("雪だるま", "雪だるま"),
        ("../../etc/passwd", "etc-passwd"),
    ],
)
def test_slugs(name: str, want: str) -> None:
    """A slug has letters, digits and hyphens only, so it is safe as a folder's name and in a URL."""
    assert slug(name) == want


@pytest.mark.parametrize("name", ["", " ", "!?", "___"])
def test_a_name_needs_a_letter(name: str) -> None:
    """A name of which nothing is left has no slug, but can be compared."""
    with pytest.raises(ValueError, match="letter or digit"):
        slug(name)
    assert match_key(name) == ""


@pytest.mark.parametrize(
    "name", ["The Eiffel Tower", "eiffel tower", "eiffel-tower", "EIFFEL_TOWER", "EiffelTower", " the  eiffel tower "]
)
def test_ways_to_write_a_name(name: str) -> None:
    """Case, spaces, hyphens, underscores and a leading "the" do not count."""
    assert match_key(name) == "eiffeltower"


@pytest.mark.parametrize("name", ["the", "The", "theatre", "their hat"])
def test_the_is_a_word_by_itself(name: str) -> None:
    """Only the word "the" before another is left out."""
    assert match_key(name) == name.casefold().replace(" ", "")


@given(st.text())
def test_any_text_has_a_key(name: str) -> None:
    """No text makes comparison fail, and a slug is compared as its name is."""
    key = match_key(name)
    if key:
        assert slug(slug(name)) == slug(name)
        assert match_key(slug(name)) == key
