"""`GET /draw/{category}?best=N`, and what is the best of several without being asked for."""

import io
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from PIL import Image
from starlette.testclient import TestClient

from app.engine.chooser import BEST
from app.formats.negotiation import MEDIA_TYPES
from app.formats.thumbnail import thumbnail_svg
from model.checkpoint import load_checkpoint
from model.density.seed import seed_number
from model.recogniser.candidates import candidates
from tests.app.routes.test_drawings_ready import SIZE
from tests.app.seer import seeing
from tests.app.tiny import alone, client_of, request_of, until, write_checkpoint

SEEDS = range(5)


@pytest.fixture(scope="module")
def client(checkpoints: Path) -> Iterator[TestClient]:
    """Of a service with a recogniser."""
    with seeing(checkpoints) as client:
        yield client


def seed_of(client: TestClient, path: str) -> int:
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    return int(answer.headers["x-inkstream-seed"])


def likeness(client: TestClient, seed: int) -> float:
    """How sure the recogniser is that a drawing is a cat."""
    drawing = client.get(f"/draw/cat?seed={seed}&format=json").json()
    found = client.post("/recognise", json={"stroke5": drawing["stroke5"], "simplify": False, "top": 9}).json()
    return float(next(guess["probability"] for guess in found["guesses"] if guess["slug"] == "cat"))


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_the_best_is_drawn_again_by_its_own_seed(client: TestClient, form: str) -> None:
    """Without `best`, byte for byte in every form; with it the answer is the same each time."""
    for seed in SEEDS:
        answer = client.get(f"/draw/cat?seed={seed}&best=4&format={form}")
        own = answer.headers["x-inkstream-seed"]
        assert answer.headers["x-inkstream-best"] == "4"
        assert client.get(f"/draw/cat?seed={own}&format={form}").content == answer.content
        again = client.get(f"/draw/cat?seed={seed}&best=4&format={form}")
        assert (again.content, again.headers["etag"]) == (answer.content, answer.headers["etag"])


def test_a_seed_chosen_instead_of_a_text_has_none(client: TestClient) -> None:
    """The text is named where the drawing is that of its number, and only there."""
    texts = [f"text {number}" for number in range(12)]
    answers = [client.get("/draw/cat.json", params={"best": 2, "seed": text}) for text in texts]
    own = [answer.json()["seed"] == seed_number(text) for text, answer in zip(texts, answers, strict=True)]
    assert set(own) == {True, False}, "the test shows nothing"
    assert ["x-inkstream-seed-text" in answer.headers for answer in answers] == own
    assert ["seed_text" in answer.json() for answer in answers] == own


def test_it_is_the_one_that_is_recognised_best(client: TestClient) -> None:
    """Of the candidates of the seed, of which the first is the seed itself; best=1 is that one."""
    found = [seed_of(client, f"/draw/cat?seed={seed}&best=4") for seed in SEEDS]
    assert found != list(SEEDS)
    for seed, own in zip(SEEDS, found, strict=True):
        assert own in candidates(seed, 4)
        assert likeness(client, own) == max(likeness(client, each) for each in candidates(seed, 4))
        assert seed_of(client, f"/draw/cat?seed={seed}&best=1") == seed


def test_a_sheet_has_the_best_for_each_place(client: TestClient) -> None:
    """Each is what it would be alone; a header and the titles name all seeds."""
    own = [seed_of(client, f"/draw/cat?seed={seed}&best=4") for seed in range(7, 10)]
    answer = client.get("/draw/cat?seed=7&count=3&best=4")
    assert answer.headers["x-inkstream-seeds"] == ", ".join(map(str, own))
    assert answer.headers["x-inkstream-seed"] == str(own[0])
    titles = [node.text for node in ElementTree.fromstring(answer.content).iter() if node.tag.endswith("title")]
    assert [title for title in titles if title] == [f"cat, seed {seed}" for seed in own]
    listed = client.get("/draw/cat?seed=7&count=3&best=4&format=json").json()["drawings"]
    assert [drawing["seed"] for drawing in listed] == own
    picture = Image.open(io.BytesIO(client.get("/draw/cat?seed=7&count=3&best=4&format=png").content))
    assert picture.text["Title"] == f"cat, seed {', '.join(map(str, own))}"  # type: ignore[attr-defined]


def test_without_a_seed_others_come_each_time(client: TestClient) -> None:
    """Each is the drawing of the seed that it names."""
    answers = [client.get("/draw/cat?best=2&fresh=true") for _ in range(2)]
    assert answers[0].content != answers[1].content
    for answer in answers:
        assert answer.headers["cache-control"] == "no-store"
        assert client.get(f"/draw/cat?seed={answer.headers['x-inkstream-seed']}").content == answer.content


MISTAKES = {
    "best=0": "best: greater than or equal to 1",
    "best=9": "best: less than or equal to 8",
    "best=many": "best: integer",
    "best=4&count=17": "best: less than or equal to 3",
    "best=4&count=65": "count: less than or equal to 64",
}


@pytest.mark.parametrize("query", MISTAKES)
def test_mistakes_are_named(client: TestClient, query: str) -> None:
    """All that is drawn counts: the message says of how many each may be the best."""
    [error] = client.get(f"/draw/cat?{query}").json()["errors"]
    parameter, problem = MISTAKES[query].split(": ")
    assert error["parameter"] == parameter
    assert problem in error["problem"]


def test_all_that_is_drawn_counts_for_the_rate(checkpoints: Path) -> None:
    """`count` times `best` drawings of an address."""
    with seeing(checkpoints, rate_limit="8/hour") as client:
        assert client.get("/draw/cat?count=2&best=3").status_code == 200
        assert client.get("/draw/cat?best=3&fresh=true").status_code == 429
        assert client.get("/draw/cat?best=2&fresh=true").status_code == 200


def test_somebodys_own_category_is_drawn_once(tmp_path: Path) -> None:
    """The recogniser does not know it; the header says that nothing was chosen, and one drawing counts."""
    write_checkpoint(tmp_path, "unicorn")
    with seeing(tmp_path, rate_limit="2/hour") as client:
        answer = client.get("/draw/unicorn?seed=7&best=4")
        assert (answer.headers["x-inkstream-seed"], answer.headers["x-inkstream-best"]) == ("7", "1")
        assert client.get("/draw/unicorn?seed=7").content == answer.content


def test_what_lies_ready_is_the_best_of_four(checkpoints: Path) -> None:
    """Pools are refilled with chosen drawings; a request that names no number, or four, is answered at once."""
    with seeing(checkpoints, pool_size=SIZE) as client:
        assert client.get("/draw/cat").headers["x-inkstream-best"] == "1", "drawn for this request"
        until(lambda: client.get("/draw/cat").headers["x-cache"] == "hit")
        for query in ("", "?best=4"):
            answer = client.get(f"/draw/cat{query}")
            assert (answer.headers["x-cache"], answer.headers["x-inkstream-best"]) == ("hit", str(BEST))
            assert client.get(f"/draw/cat?seed={answer.headers['x-inkstream-seed']}").content == answer.content
        answer = client.get("/draw/cat?best=1")
        assert (answer.headers["x-cache"], answer.headers["x-inkstream-best"]) == ("miss", "1")
        until(lambda: client.get("/draw/cat?best=1").headers["x-cache"] == "hit")
        answer = client.get("/draw/cat?best=1")
        assert (answer.headers["x-cache"], answer.headers["x-inkstream-best"]) == ("hit", "1")


def test_a_thumbnail_is_the_best_of_four(client: TestClient, checkpoints: Path) -> None:
    """Always the same one; its address is another than that of a service without a recogniser."""
    checkpoint = load_checkpoint(checkpoints / "cat")
    card = checkpoint.card.subject
    own = seed_of(client, f"/draw/cat?seed={card.seed}&best={BEST}")
    expected = alone(request_of(checkpoint, seed=own, temp_xy=card.temp_xy, temp_p=card.temp_p))
    [listed] = client.get("/categories?q=cat&limit=1").json()["categories"]
    assert client.get(listed["thumbnail_url"]).content == thumbnail_svg(expected.stroke5)
    with client_of(checkpoints) as without:
        [other] = without.get("/categories?q=cat&limit=1").json()["categories"]
        assert other["thumbnail_url"] != listed["thumbnail_url"]
