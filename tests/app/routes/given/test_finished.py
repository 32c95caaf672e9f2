"""`GET /complete/{category}`: what somebody began, finished at an address."""

from xml.etree import ElementTree

import pytest
from starlette.testclient import TestClient

GIVEN = "0.0.100.0.100.80_20.20.60.60"
LINES = [[[0, 0], [100, 0], [100, 80]], [[20, 20], [60, 60]]]


def test_it_is_what_the_same_lines_become_by_post(client: TestClient) -> None:
    """The rows of `POST /complete` with the size of a drawing, and its seed and temperatures in the headers."""
    wish = {"seed": 7, "temp_xy": 0.5, "temp_p": 0.5, "at": "2:1.5"}
    query = "&".join(f"{name}={value}" for name, value in wish.items())
    got = client.get(f"/complete/cat.json?given={GIVEN}&{query}")
    posted = client.post("/complete/cat", json={"strokes": LINES, "size": 255, **wish})
    assert got.status_code == posted.status_code == 200
    [ending] = posted.json()["drawings"]
    assert got.json()["stroke5"] == ending["stroke5"]
    assert (got.headers["x-inkstream-seed"], got.headers["x-inkstream-at"]) == ("7", "2:1.5")


@pytest.mark.parametrize("form", ["svg", "png", "webp", "gif", "hpgl", "gcode", "ndjson"])
def test_it_has_every_form(client: TestClient, form: str) -> None:
    """The extension names it, as in `/draw`, and parameters of pictures shape it."""
    answer = client.get(f"/complete/cat.{form}?given={GIVEN}&seed=7")
    assert answer.status_code == 200
    assert answer.content
    assert client.get(f"/complete/cat.{form}?given={GIVEN}&stroke_width=9").status_code == (
        200 if form in {"svg", "png", "webp", "gif"} else 422
    )


def test_caches_keep_it(client: TestClient) -> None:
    """Of a seed for a day, and at its canonical address for a year; without a seed it is another each time."""
    first = client.get(f"/complete/cat.svg?given={GIVEN}")
    assert first.headers["cache-control"] == "no-store"
    address = first.headers["link"].removeprefix("<").split(">")[0]
    pinned = client.get(address)
    assert pinned.content == first.content
    assert "immutable" in pinned.headers["cache-control"]
    assert client.get(address, headers={"If-None-Match": pinned.headers["etag"]}).status_code == 304
    assert "max-age=86400" in client.get(f"/complete/cat.svg?given={GIVEN}&seed=7").headers["cache-control"]
    assert first.headers["access-control-allow-origin"] == "*"


def test_lines_alone_are_a_picture_too(client: TestClient) -> None:
    """With `finish=false` nothing is added, and what says how to add something is refused."""
    answer = client.get(f"/complete/cat?given={GIVEN}&finish=false&padding=0&smooth=false")
    assert answer.status_code == 200
    assert "x-inkstream-seed" not in answer.headers
    picture = ElementTree.fromstring(answer.content)
    assert [round(float(side)) for side in picture.attrib["viewBox"].split()[2:]] == [103, 83]
    assert picture.findtext("{http://www.w3.org/2000/svg}title") == "cat"
    for more in ("&seed=7", "&format=json"):
        assert client.get(f"/complete/cat?given={GIVEN}&finish=false{more}").status_code == 422


@pytest.mark.parametrize("given", ["", "0", "0.0.5", "0.0_", "0.0.1e5.3", "a.b", "0.0.999999.0", "0,0,5,5"])
def test_lines_that_make_no_sense_are_refused(client: TestClient, given: str) -> None:
    """And the parameter is named."""
    answer = client.get(f"/complete/cat?given={given}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "given"


def test_too_many_points_are_refused(client: TestClient) -> None:
    """By the name that they have in the address."""
    zigzag = ".".join(f"{x}.{100 * (x % 2)}" for x in range(900))
    answer = client.get(f"/complete/cat?given={zigzag}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["parameter"] == "given"
