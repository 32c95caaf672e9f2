import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from tests.app.tiny import client_of

TAG = re.compile(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)" />')
PNG = {"Accept": "image/png"}


def tags(client: TestClient, path: str, **headers: str) -> dict[str, str]:
    """What a link to the page says of itself."""
    return {name: unescape(text) for name, text in TAG.findall(client.get(path, headers=headers).text)}


def test_a_link_shows_its_very_drawing(client: TestClient) -> None:
    """Title, description, and a picture at this host: as PNG what the page draws at the same address."""
    found = tags(client, "/?category=Cats&seed=ada&temp_xy=1.5&at=3:0.25&utm_source=friend")
    assert found["og:title"] == "cat, seed ada"
    assert found["twitter:card"] == "summary_large_image"
    address = urlsplit(found["og:image"])
    assert f"{address.scheme}://{address.netloc}" == "http://testserver"
    query = {name: value for name, [value] in parse_qs(address.query).items()}
    assert address.path == "/draw/cat.png"
    assert query == query | {"seed": "ada", "temp_xy": "1.5", "at": "3:0.25"}
    picture = client.get(found["og:image"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
    assert (picture.headers["x-inkstream-seed-text"], picture.headers["x-inkstream-at"]) == ("ada", "3:0.25")


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?mode=sheet&category=cat&seed=7",
        "?mode=together&category=cat",
        "?category=cat&temp_xy=hot&seed=-1",
    ],
)
def test_every_picture_is_there(client: TestClient, query: str) -> None:
    """In each mode, and where the address is not all right, what is named is a picture."""
    assert client.get(tags(client, f"/{query}")["og:image"]).headers["content-type"] == "image/png"


def test_likenesses_and_ways_have_theirs(zoo: TestClient) -> None:
    """Nine alike, and the drawings of a way."""
    for query in ("?mode=alike&category=dog&like=7&seed=3", "?mode=between&category=dog&from=7&into=bee&to=8&seed=3"):
        assert zoo.get(tags(zoo, f"/{query}")["og:image"]).headers["content-type"] == "image/png"


def test_a_drawing_that_somebody_began_is_shown_as_it_was_finished(zoo: TestClient) -> None:
    """With the lines, the seed, the temperatures and their changes of the link; without a seed the lines alone."""
    link = "/?mode=together&category=dog&given=0.0.50.50_m10.20.30.-40"
    query = parse_qs(urlsplit(tags(zoo, f"{link}&seed=7&temp_xy=0.5&at=3:1")["og:image"]).query)
    assert (
        query.items()
        >= {"given": ["0.0.50.50_m10.20.30.-40"], "seed": ["7"], "temp_xy": ["0.5"], "at": ["3:1"]}.items()
    )
    for more in ("&seed=7", ""):
        picture = zoo.get(tags(zoo, link + more)["og:image"])
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png")
        assert ("x-inkstream-seed" in picture.headers) == bool(more)
    assert "/draw/dog.png?seed=1&" in tags(zoo, "/?mode=together&category=dog&given=0.0.50")["og:image"]


def test_nothing_of_an_address_is_taken_for_markup(client: TestClient) -> None:
    """Whatever stands in the address is text in the page, and an unknown category is not repeated at all."""
    for query in ('category=cat&seed=7"><script>', 'category="><script>alert(1)', 'mode="><script>&seed=1'):
        page = client.get("/?" + query).text
        assert page.count("<script") == client.get("/").text.count("<script")
        assert "alert(1)" not in page


def test_the_address_is_that_of_the_client(checkpoints: Path) -> None:
    """Behind a trusted proxy it has the host, the scheme and the path by which the client came; no host is made up."""
    said = {"x-forwarded-host": "ink.test", "x-forwarded-proto": "https", "x-forwarded-prefix": "/draws"}
    with client_of(checkpoints, proxies=("*",)) as client:
        assert tags(client, "/?category=cat&seed=7", **said)["og:image"].startswith(
            "https://ink.test/draws/draw/cat.png?"
        )
        assert "og:image" not in tags(client, "/?category=cat&seed=7", **{"x-forwarded-host": 'a"b'})
    with client_of(checkpoints, api_keys=("friend:0123456789abcdef",)) as client:  # whoever shows links has none
        assert "og:image" not in tags(client, "/?category=cat&seed=7")
