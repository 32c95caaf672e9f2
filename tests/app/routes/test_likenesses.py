"""`POST /like/{category}`, and `GET /draw/{category}` with `like` or `latent`."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

from app.formats.negotiation import MEDIA_TYPES
from model.checkpoint import load_checkpoint
from model.latent import to_text
from model.picture.overlap import blurred
from model.strokes import validate
from tests.app.tiny import LATENT, client_of, subject_card, write_checkpoint, write_network

HOUSE = [[[100, 100], [140, 40], [180, 100], [180, 160], [100, 160], [100, 100]], [[130, 160], [130, 130], [150, 130]]]
CODE = to_text(np.ones(LATENT, np.float32))


def like(client: TestClient, query: str = "", **body: Any) -> dict[str, Any]:
    answer = client.post(f"/like/dog?format=json{query}", json={"strokes": HOUSE, **body})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_several_alike_in_my_coordinates(zoo: TestClient) -> None:
    """So many drawings, each over the middle of mine, in my units; the same seed gives the same."""
    body = like(zoo, count=3, seed=7)
    assert (body["category"], len(body["drawings"])) == ("dog", 3)
    for drawing in body["drawings"]:
        points = np.concatenate([np.array(line) for line in drawing["strokes"]])
        assert (points.min(axis=0) + points.max(axis=0)) / 2 == pytest.approx([140, 100], abs=0.01)
        assert drawing["system"] == "animals5"
    assert body == like(zoo, count=3, seed=7)
    assert body != like(zoo, count=3, seed=8)


def test_ours_are_pixels_of_a_box_of_255(zoo: TestClient) -> None:
    """The same drawings from the first point in our units; theirs are those by the scale of what was given."""
    [mine], [ours] = (like(zoo, f"&coordinates={whose}", seed=7)["drawings"] for whose in ("yours", "ours"))
    assert ours["strokes"][0][0] == [0, 0]
    validate(ours["stroke5"])
    scale = 120 / 255
    np.testing.assert_allclose(np.array(mine["stroke5"])[:, :2], np.array(ours["stroke5"])[:, :2] * scale, rtol=1e-5)
    assert {**mine, "stroke5": 0, "strokes": 0} == {**ours, "stroke5": 0, "strokes": 0}


def test_scale_and_place_do_not_count(zoo: TestClient) -> None:
    """A drawing a thousand times as small, or large and far away, has the same likenesses."""
    want = like(zoo, "&coordinates=ours", seed=7)
    for scale, move in ((1e-3, 0.0), (100.0, 3e5)):
        strokes = [[[x * scale + move, y * scale + move] for x, y in line] for line in HOUSE]
        assert like(zoo, "&coordinates=ours", strokes=strokes, seed=7) == want


def test_at_closeness_0_it_is_any_drawing(zoo: TestClient) -> None:
    """The one of that seed, whatever is given."""
    [drawing] = like(zoo, "&coordinates=ours", closeness=0, seed=7)["drawings"]
    assert drawing == zoo.get("/draw/dog?format=json&seed=7&system=animals5").json()
    assert drawing["latent"] is None


def test_closer_is_nearer(zoo: TestClient) -> None:
    """The nearest of eight covers mine better than the one of that seed alone, over twenty seeds."""
    given = zoo.get("/draw/dog?format=json&seed=11&system=animals5").json()["stroke5"]
    picture = blurred([np.array(given, np.float32)])
    means = []
    for closeness in (0, 0.5, 1):
        found = [
            zoo.get(f"/draw/dog?like=11&system=animals5&closeness={closeness}&seed={seed}&format=json").json()[
                "stroke5"
            ]
            for seed in range(20)
        ]
        means.append(float((blurred([np.array(rows, np.float32) for rows in found]) @ picture.T).mean()))
    assert means[0] < means[1] < means[2]


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_every_form(zoo: TestClient, form: str) -> None:
    """Likenesses of mine and of ours come in all forms, whose headers say how to have them again."""
    for answer in (
        zoo.post(f"/like/cat?format={form}", json={"strokes": HOUSE, "count": 2, "closeness": 1}),
        zoo.get(f"/draw/cat?like=5&format={form}&count=2&closeness=1"),
    ):
        assert answer.status_code == 200
        assert answer.headers["content-type"].split(";")[0] == MEDIA_TYPES[form]  # type: ignore[index] # a test's own
        assert answer.headers["x-inkstream-system"] == "animals5"
        assert answer.headers["x-inkstream-latent"].startswith("1")
        seeds = answer.headers["x-inkstream-seeds"].split(", ")
        assert (seeds[0], len(seeds)) == (answer.headers["x-inkstream-seed"], 2)
        assert answer.headers["cache-control"] == "no-store"


def test_a_seeded_likeness_can_be_kept(zoo: TestClient) -> None:
    """It is the same next time, and caches are told so."""
    first = zoo.get("/draw/dog?like=5&seed=2")
    assert first.headers["cache-control"].startswith("public")
    again = zoo.get("/draw/dog?like=5&seed=2", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_our_own_drawing_is_that_of_the_category(menagerie: Path, zoo: TestClient) -> None:
    """The cat of a seed is drawn by the cat's own network, which reads none, and read by the one that does."""
    assert load_checkpoint(menagerie / "cat").card.latent == 0
    rows = zoo.get("/draw/cat?format=json&seed=5").json()["stroke5"]
    given = {"stroke5": rows, "size": 255, "simplify": False, "closeness": 1, "seed": 3}
    [mine] = zoo.post("/like/cat?format=json&coordinates=ours", json=given).json()["drawings"]
    assert zoo.get("/draw/cat?like=5&seed=3&closeness=1&format=json").json()["latent"] == mine["latent"]
    by_the_other = zoo.get("/draw/cat?like=5&seed=3&closeness=1&format=json&system=animals5").json()
    assert by_the_other["latent"] != mine["latent"]


@pytest.mark.parametrize(
    ("body", "parameter"),
    [
        ({}, "strokes"),
        ({"strokes": []}, "strokes"),
        ({"strokes": [[]]}, "strokes"),
        ({"strokes": [[[5, 5]]]}, "strokes"),
        ({"strokes": [[[5, 5], [5, 5]]]}, "strokes"),
        ({"stroke5": [[0, 0, 0, 1, 0]]}, "stroke5"),
        ({"strokes": [[[0, 0], [1e300, 1]]]}, "strokes.0.1.0"),
        ({"strokes": [[[i % 97, i * i % 89] for i in range(10_000)]]}, "strokes"),
        ({"strokes": [[[i, 0] for i in range(10_001)]]}, "strokes"),
        ({"strokes": [[[0, 0], [0, "x"]]]}, "strokes.0.1.1"),
        ({"strokes": HOUSE, "stroke5": [[1, 1, 1, 0, 0]]}, "body"),
        ({"strokes": HOUSE, "closeness": 1.1}, "closeness"),
        ({"strokes": HOUSE, "count": 66}, "count"),
        ({"strokes": HOUSE, "latent": CODE}, "latent"),
        ({"strokes": HOUSE, "system": "gmm16_3"}, "system"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_mistakes_are_named(zoo: TestClient, body: dict[str, Any], parameter: str) -> None:
    """Empty, a dot, too large, too many points: 422 says what is wrong."""
    answer = zoo.post("/like/cat", json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["parameter"] == parameter


def test_many_points_on_a_line_are_one(zoo: TestClient) -> None:
    """Ten thousand points that a network needs few of are taken, even where they are a millionth of a unit apart."""
    for step in (1.0, 1e-6):
        line = [[i * step, 2 * i * step] for i in range(5000)] + [
            [(5000 - i) * step, 10000 * step] for i in range(5000)
        ]
        assert like(zoo, strokes=[line])["drawings"]


def test_no_number_is_refused(zoo: TestClient) -> None:
    """NaN is no JSON, and no coordinate."""
    for text in ('{"strokes": [[[0, NaN], [1, 1]]]}', '{"strokes": [[[0, 1e999], [1, 1]]]}'):
        answer = zoo.post("/like/dog", content=text, headers={"Content-Type": "application/json"})
        assert answer.status_code == 422


@pytest.mark.parametrize(
    ("query", "parameter", "says"),
    [
        ("like=3&latent=" + CODE, "like", "not both"),
        ("like=3&best=2", "best", "Does not go with like"),
        ("closeness=1", "closeness", "Goes with like"),
        ("like=-1", "like", "is 0 to 2^53 - 1"),
        (f"like={2**53}", "like", "is 0 to 2^53 - 1"),
        ("like=1&closeness=nan", "closeness", "finite"),
        ("latent=", "latent", "begins with"),
        ("latent=2" + CODE[1:], "latent", "begins with '1'"),
        ("latent=1AAA", "latent", "has 4 numbers, not 2"),
        ("latent=1$$$", "latent", "no latent code"),
        ("latent=" + "1" * 1001, "latent", "at most 1000"),
        ("latent=" + CODE + "&system=gmm16_1", "system", "no latent codes"),
        ("like=3&system=gmm16_1", "system", "no latent codes"),
    ],
)
def test_codes_that_are_none_are_refused(zoo: TestClient, query: str, parameter: str, says: str) -> None:
    """Unknown ones, those of another version or network, and what does not go together: 422 names it."""
    answer = zoo.get(f"/draw/dog?{query}")
    assert answer.status_code == 422, answer.text
    [error] = answer.json()["errors"]
    assert error["parameter"] == parameter
    assert says in error["problem"]


def test_coordinates_are_for_json(zoo: TestClient) -> None:
    """A picture has none."""
    answer = zoo.post("/like/dog?coordinates=ours", json={"strokes": HOUSE})
    assert answer.json()["errors"][0]["parameter"] == "coordinates"


def test_networks_that_read_nothing(tmp_path: Path) -> None:
    """A category that only a network without codes draws, or one with codes but no encoder, has no likenesses."""
    write_checkpoint(tmp_path, "ant")
    write_network(tmp_path, "zoo", "zoo2", [subject_card("dog"), subject_card("bee")], encoder=False)
    with client_of(tmp_path, preload=9) as client:
        for category, says in (("ant", "No network that knows latent codes"), ("dog", "reads no drawings")):
            answer = client.post(f"/like/{category}", json={"strokes": HOUSE})
            assert answer.status_code == 422
            assert says in answer.json()["detail"]
        assert client.get(f"/draw/ant?latent={CODE}").status_code == 422
        assert client.get(f"/draw/dog?latent={CODE}").status_code == 200
