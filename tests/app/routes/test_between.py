"""`GET /between/{a}/{b}` and `POST /between`: the way from one drawing to another."""

import io
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from starlette.testclient import TestClient

from model.latent import to_text
from tests.app.tiny import LATENT, client_of, subject_card, write_network

ENDS = "from=3&to=5&seed=7"
SVG = "{http://www.w3.org/2000/svg}"
HOUSE = [[[100, 100], [140, 40], [180, 100], [180, 160], [100, 160], [100, 100]]]
CODE = to_text(np.ones(LATENT, np.float32))


def way(client: TestClient, path: str = "/between/dog/bee", query: str = ENDS) -> dict[str, Any]:
    answer = client.get(f"{path}?format=json&{query}")
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("categories", [("dog", "dog"), ("dog", "bee"), ("cat", "grapes")])
@pytest.mark.parametrize("seed", range(4))
def test_the_ends_are_likenesses(zoo: TestClient, categories: tuple[str, str], seed: int) -> None:
    """Both ends are what `like` at closeness 1 draws of them, with the same seed, in every point."""
    drawings = way(zoo, "/between/{}/{}".format(*categories), f"from=3&to=5&seed={seed}")["drawings"]
    for drawing, category, like in zip((drawings[0], drawings[-1]), categories, (3, 5), strict=True):
        alone = zoo.get(f"/draw/{category}?like={like}&closeness=1&seed={seed}&format=json").json()
        assert {**alone, "at": drawing["at"]} == drawing


def test_the_way_is_told(zoo: TestClient) -> None:
    """Eight steps from 0 to 1, of the nearer end's category, each with its code; the seeds bring the way again."""
    body = way(zoo)
    assert (body["categories"], body["seed"], body["seeds"]) == (["dog", "bee"], 7, [3, 5])
    assert [drawing["at"] for drawing in body["drawings"]] == pytest.approx([i / 7 for i in range(8)])
    assert [drawing["category"] for drawing in body["drawings"]] == ["dog"] * 4 + ["bee"] * 4
    assert len({drawing["latent"] for drawing in body["drawings"]}) == 8
    assert body == way(zoo)
    answer = zoo.get("/between/dog/bee?format=json")
    headers = {name: answer.headers[f"x-inkstream-{name}"] for name in ("seed", "from", "to")}
    assert way(zoo, query="&".join(f"{name}={value}" for name, value in headers.items())) == answer.json()


def test_a_strip_and_a_flipbook(zoo: TestClient) -> None:
    """SVG and PNG have the steps side by side, GIF one after the other and back; ndjson has a line for each."""
    root = ElementTree.fromstring(zoo.get(f"/between/dog/bee?steps=5&{ENDS}").content)
    assert root.attrib["viewBox"].split()[2:] == ["1400", "280"]
    titles = [path.findtext(f"{SVG}title") for path in root.iter(f"{SVG}path")]
    assert titles[:2] == ["dog to bee, 0.00", "dog to bee, 0.25"]
    strip = Image.open(io.BytesIO(zoo.get(f"/between/dog/bee?steps=5&format=png&{ENDS}").content))
    assert strip.size == (1024, 205)
    book = Image.open(io.BytesIO(zoo.get(f"/between/dog/bee?steps=5&format=gif&size=64&{ENDS}").content))
    assert book.size == (64, 64)
    assert getattr(book, "n_frames", 1) <= 8
    assert len(zoo.get(f"/between/dog/bee?steps=5&format=ndjson&{ENDS}").text.splitlines()) == 5


def test_both_ends_and_a_seed_can_be_kept(zoo: TestClient) -> None:
    """Caches keep what is the same each time, and nothing else."""
    assert zoo.get(f"/between/dog/bee?{ENDS}").headers["cache-control"].startswith("public")
    for less in ("from=3&to=5", "from=3&seed=7", "to=3&seed=7", ""):
        assert zoo.get(f"/between/dog/bee?{less}").headers["cache-control"] == "no-store"


def test_between_mine(zoo: TestClient) -> None:
    """From a drawing of mine to another, to one of ours, or to a code; its end is its likeness."""
    mine = {"category": "dog", "strokes": HOUSE}
    for other in ({"category": "bee", "strokes": HOUSE}, {"category": "dog", "like": 5}):
        answer = zoo.post("/between?format=json", json={"from": mine, "to": other, "seed": 7, "steps": 3})
        first = answer.json()["drawings"][0]
        wish = {"strokes": HOUSE, "seed": 7, "closeness": 1}
        [alone] = zoo.post("/like/dog?format=json&coordinates=ours", json=wish).json()["drawings"]
        assert {**alone, "at": 0} == first
    answer = zoo.post(
        "/between?format=json", json={"from": mine, "to": {"category": "bee", "latent": CODE}, "steps": 2}
    )
    assert answer.json()["drawings"][-1]["latent"] == CODE


@pytest.mark.parametrize(
    ("path", "parameter"),
    [
        ("/between/dog/bee?steps=1", "steps"),
        ("/between/dog/bee?steps=33", "steps"),
        ("/between/dog/bee?from=-1", "from"),
        (f"/between/dog/bee?from=1&from_latent={CODE}", "from"),
        (f"/between/dog/bee?to=1&to_latent={CODE}", "to"),
        ("/between/dog/bee?from_latent=1AAA", "from_latent"),
        (f"/between/dog/bee?to_latent=9{CODE[1:]}", "to_latent"),
        ("/between/dog/bee?from_=1", "from_"),
        ("/between/dog/bee?system=gmm16_1", "system"),
    ],
)
def test_mistakes_are_named(zoo: TestClient, path: str, parameter: str) -> None:
    """422 names the parameter as the client wrote it."""
    answer = zoo.get(path)
    body = answer.json()
    if path.endswith("system=gmm16_1"):
        assert answer.status_code in (404, 422)  # the bee has no such system
        return
    assert answer.status_code == 422, answer.text
    assert body["errors"][0]["parameter"] == parameter


@pytest.mark.parametrize(
    "end",
    [
        {"category": "dog"},
        {"category": "dog", "strokes": []},
        {"category": "dog", "strokes": [[[1, 1]]]},
        {"category": "dog", "strokes": HOUSE, "like": 1},
        {"category": "dog", "like": 1, "latent": CODE},
        {"category": "dog", "latent": "1"},
        {"category": "dog", "strokes": [[[0, 0], [1e7, 1]]]},
        {"strokes": HOUSE},
    ],
)
def test_an_end_is_one_drawing(zoo: TestClient, end: dict[str, Any]) -> None:
    """None, two, a dot, or a code that is none: 422."""
    for body in (
        {"from": end, "to": {"category": "bee", "like": 1}},
        {"from": {"category": "bee", "like": 1}, "to": end},
    ):
        assert zoo.post("/between", json=body).status_code == 422


def test_two_networks_have_nothing_between(tmp_path: Path) -> None:
    """Categories that no network draws both of: 422 says so."""
    write_network(tmp_path, "pets", "pets2", [subject_card("dog"), subject_card("cat")])
    write_network(tmp_path, "wild", "wild2", [subject_card("owl"), subject_card("fox")])
    with client_of(tmp_path, preload=9) as client:
        answer = client.get("/between/dog/owl")
        assert answer.status_code == 422
        assert "No network that knows latent codes draws both 'dog' and 'owl'" in answer.json()["detail"]
        assert client.get("/between/dog/cat?steps=2").status_code == 200
        assert client.get("/between/dog/unicorn").status_code == 404
