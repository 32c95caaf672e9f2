import pytest

from app.middleware.relative_redirects import relative


@pytest.mark.parametrize(
    ("path", "location", "told"),
    [
        ("/a/", "http://h/a", "../a"),
        ("/a/b/", "http://h/a/b?c=d", "../b?c=d"),
        ("/a/b", "http://h/a/b/", "./b/"),
        ("/a", "https://other.test/b/c", "https://other.test/b/c"),
        ("/a", "/b", "/b"),
    ],
)
def test_a_slash_more_or_less_is_told_relative_to_the_path(path: str, location: str, told: str) -> None:
    """Other redirects stay as they are."""
    assert relative(path, location) == told
