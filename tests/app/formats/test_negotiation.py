import pytest
from starlette.requests import Request

from app.errors import NotAcceptable
from app.formats.negotiation import has_already, negotiate


def request(**headers: str) -> Request:
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return Request({"type": "http", "method": "GET", "path": "/", "headers": pairs})


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        ("*/*", "svg"),
        ("", "svg"),
        ("image/svg+xml", "svg"),
        ("image/*", "svg"),
        ("image/png", "png"),
        ("image/gif;q=0.9, image/png;q=0.8", "gif"),
        ("image/webp, image/png;q=0.8", "webp"),
        ("image/avif, image/png, image/*;q=0.5", "png"),
        ("application/x-ndjson", "ndjson"),
        ("application/json", "json"),
        ("application/vnd.hp-hpgl", "hpgl"),
        ("text/x-gcode", "gcode"),
        ("APPLICATION/JSON", "json"),
        ('image/png, ;, ;;q=1, "', "png"),  # what says nothing
        ("application/*", "json"),
        ("application/json;charset=utf-8", "json"),
        ("application/json, text/plain, */*", "svg"),  # axios: all at q=1, so ours to choose
        ("application/json;q=0.9, image/svg+xml;q=0.8", "json"),
        ("application/json;q=0.8, image/svg+xml;q=0.9", "svg"),
        ("application/json;q=0.5, */*;q=0.1", "json"),
        ("*/*, image/svg+xml;q=0", "json"),  # the most specific range counts, and it says no
        ("*/*;q=0.1, image/svg+xml;q=0.05", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8", "svg"),  # browsers
        ("image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", "svg"),  # <img> in Chrome
    ],
)
def test_the_preferred_form_is_chosen(accept: str, form: str) -> None:
    """The most specific range gives each form its q-value; the greatest wins, and SVG where they are equal."""
    assert negotiate(request(accept=accept)) == form


def test_without_a_header_the_form_is_svg() -> None:
    """A client that does not say gets SVG."""
    assert negotiate(request()) == "svg"


@pytest.mark.parametrize(
    "accept",
    [
        "text/html",
        "image/avif",
        "application/json;q=0",
        "*/*;q=0",
        "nonsense",
        "application/json;q=x",
        ";",
        ";;",
        ",",
        '"',
    ],
)
def test_nothing_acceptable_is_an_error(accept: str) -> None:
    """Where the header admits none of the forms, the error names them all."""
    with pytest.raises(NotAcceptable) as caught:
        negotiate(request(accept=accept))
    forms = [
        *("image/svg+xml", "application/json", "image/png", "image/webp", "image/gif", "application/x-ndjson"),
        *("application/vnd.hp-hpgl", "text/x-gcode"),
    ]
    assert caught.value.available == forms
    assert all(form in str(caught.value) for form in forms)


@pytest.mark.parametrize(
    ("header", "known"),
    [('"a"', True), ('W/"a"', True), ('"b", "a"', True), ("*", True), ('"b"', False), ("", False), ('"aa"', False)],
)
def test_if_none_match_is_compared_weakly(header: str, known: bool) -> None:
    """A client has the answer if any of its tags, weak or not, is the answer's; `*` is every one."""
    assert has_already(request(if_none_match=header), "a") is known
