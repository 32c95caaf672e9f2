import pytest

from app.middleware.relative_redirects import relative

OTHERS = ["https://other.test/b/c", "/b"]


@pytest.mark.parametrize(("path", "slug", "told"), [("/a/", "a", "../a"), ("/a/b/", "a/b?c=d", "../b?c=d")])
def test_a_slash_less_is_told_relative_to_the_path(path: str, slug: str, told: str) -> None:
    """So it holds below whatever path a proxy puts before it."""
    assert relative(path, f"http://h/{slug}") == told


def test_slashes_less_are_told_relative_to_the_path() -> None:
    """Each of them is a folder to a client."""
    assert relative("/a/b//", "http://h/a/b") == "../../b"


def test_a_slash_more_is_told_relative_to_the_path() -> None:
    """As one less is."""
    assert relative("/a/b", "http://h/a/b/") == "./b/"


@pytest.mark.parametrize("location", OTHERS)
def test_other_redirects_stay_as_they_are(location: str) -> None:
    """Those to another path, or another host."""
    assert relative("/a", location) == location
