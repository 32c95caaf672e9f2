"""Forms and seeds in paths: `/draw/penguin.svg`, `/draw/penguin/seed/ada.png`."""

import io

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES, Format
from app.routes.address.paths import split_extension
from model.density.seed import seed_number
from tests.app.tiny import client_of, write_checkpoint

JSON = {"Accept": "application/json"}


@pytest.mark.parametrize(
    ("name", "split"),
    [
        ("penguin.svg", ("penguin", "svg")),
        ("penguin.PNG", ("penguin", "png")),
        ("v1.2.png", ("v1.2", "png")),
        ("logo.svg.svg", ("logo.svg", "svg")),
        ("v1.2", ("v1.2", None)),
        ("penguin.bmp", ("penguin.bmp", None)),
        ("penguin.", ("penguin.", None)),
        (".svg", (".svg", None)),
        ("penguin", ("penguin", None)),
    ],
)
def test_one_known_extension_is_taken_off(name: str, split: tuple[str, Format | None]) -> None:
    """The last one, whatever its case, of a name that is more; all else is name."""
    assert split_extension(name) == split


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_an_extension_is_a_format(client: TestClient, form: Format) -> None:
    """It gives what `format` gives, outranks Accept, and may be said twice."""
    asked = client.get(f"/draw/penguin?seed=7&format={form}")
    for path in (f"/draw/penguin.{form}?seed=7", f"/draw/penguin.{form}?seed=7&format={form}"):
        answer = client.get(path, headers=JSON)
        assert (answer.status_code, answer.headers["content-type"]) == (200, asked.headers["content-type"])
        assert answer.content == asked.content
    assert client.get(f"/draw/penguin.{form}").headers["content-type"].startswith(MEDIA_TYPES[form])


@pytest.mark.parametrize("path", ["/draw/penguin.png?format=svg", "/draw/penguin/seed/7.png?format=svg"])
def test_a_contradiction_is_refused(client: TestClient, path: str) -> None:
    """`format` may not say another form than the path; the problem names the parameter."""
    answer = client.get(path)
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "format")


def test_an_unknown_extension_is_told_those_there_are(client: TestClient) -> None:
    """Where only what stands before the dot is a category: 404 with the extensions; else the category is unknown."""
    for path in ("/draw/penguin.bmp", "/draw/surprise.bmp"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (404, "urn:inkstream:problem:unknown-extension")
        assert answer.json()["extensions"] == list(MEDIA_TYPES)
    for path in ("/draw/pengiun.svg", "/draw/pengiun.bmp"):
        answer = client.get(path)
        assert (answer.json()["type"], answer.json()["near"]) == ("urn:inkstream:problem:unknown-category", ["penguin"])


def test_a_category_may_have_dots(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Its whole name is one, with an extension behind it or without."""
    root = tmp_path_factory.mktemp("checkpoints")
    write_checkpoint(root, "St. Bernard")
    with client_of(root) as client:
        for path in ("/draw/St. Bernard?seed=7", "/draw/st.bernard?seed=7", "/draw/St. Bernard.svg?seed=7"):
            assert client.get(path).text == client.get("/draw/st-bernard?seed=7").text
        assert client.get("/draw/st.bernard.bmp").json()["title"] == "Unknown extension"


@pytest.mark.parametrize(
    ("path", "seed"),
    [
        ("7", "7"),
        ("7.svg", "7"),
        ("ada", "ada"),
        ("ada.svg", "ada"),
        ("v1.2.svg", "v1.2"),
        ("ada%20%2F%C3%A9%3F.svg", "ada /é?"),
        ("a/b.svg", "a/b"),
    ],
)
def test_a_seed_may_stand_in_the_path(client: TestClient, path: str, seed: str) -> None:
    """A number or any text, percent-encoded: the drawing of `?seed=`, and what makes it another picture may follow."""
    number = seed_number(seed)
    answer = client.get(f"/draw/penguin/seed/{path}")
    assert answer.headers["x-inkstream-seed"] == str(number)
    assert answer.text == client.get("/draw/penguin", params={"seed": seed}).text
    assert client.get(f"/draw/penguin/seed/{path}?smooth=false&seed={number}").text != answer.text


@pytest.mark.parametrize("path", ["", "%20", "9007199254740992", "-1", "x" * 201 + ".png", "7?seed=8"])
def test_a_seed_in_the_path_that_is_none_is_refused(client: TestClient, path: str) -> None:
    """Nothing, a number out of range, too long a text, or two seeds: 422 names the parameter."""
    answer = client.get(f"/draw/penguin/seed/{path}")
    assert (answer.status_code, answer.json()["errors"][0]["parameter"]) == (422, "seed")


def test_webp_shows_the_pixels_of_the_png(client: TestClient) -> None:
    """One drawing and a sheet, without loss, and in fewer bytes."""
    for query in ("seed=7&color=teal", "seed=7&count=4&size=300"):
        still = {form: client.get(f"/draw/penguin.{form}?{query}").content for form in ("png", "webp")}
        pixels = [Image.open(io.BytesIO(content)).convert("RGBA").tobytes() for content in still.values()]
        assert pixels[0] == pixels[1]
        assert len(still["webp"]) < 1.1 * len(still["png"])


def test_ways_and_likenesses_have_extensions_too(zoo: TestClient) -> None:
    """Each path that answers with pictures."""
    assert zoo.get("/between/cat/dog.gif?from=1&to=2&steps=2").headers["content-type"] == "image/gif"
    assert zoo.get("/between/cat/dog.webp?from=1&to=2&steps=2").headers["content-type"] == "image/webp"
    body = {"strokes": [[[0, 0], [40, -60], [80, 0]]], "closeness": 0}
    assert zoo.post("/like/dog.json", json=body).json()["category"] == "dog"
    for answer in (zoo.get("/between/cat/dog.bmp"), zoo.post("/like/dog.bmp", json=body)):
        assert answer.json()["title"] == "Unknown extension"


def test_what_busts_caches_makes_no_difference(client: TestClient) -> None:
    """`n` is any text, and passed over."""
    assert client.get("/draw/penguin?seed=7&n=anything").content == client.get("/draw/penguin?seed=7").content
