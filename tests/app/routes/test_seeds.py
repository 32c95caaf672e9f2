"""Seeds that are text, wherever a seed is taken."""

import logging
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from model.density.seed import seed_number

TEXT = "Ada Lovelace / 1815 é"
NUMBER = seed_number(TEXT)
LINE = [[[0, 0], [40, -60], [80, 0], [60, 30]]]


def test_the_answer_names_number_and_text(client: TestClient) -> None:
    """The number as ever, and the text percent-encoded; both in JSON; one without text names none."""
    answer = client.get("/draw/cat", params={"seed": TEXT})
    assert answer.headers["x-inkstream-seed"] == str(NUMBER)
    assert unquote(answer.headers["x-inkstream-seed-text"]) == TEXT
    assert answer.content == client.get(f"/draw/cat?seed={NUMBER}").content
    body = client.get("/draw/cat.json", params={"seed": TEXT}).json()
    assert (body["seed"], body["seed_text"]) == (NUMBER, TEXT)
    plain = client.get(f"/draw/cat.json?seed={NUMBER}")
    assert "seed_text" not in plain.json()
    assert "x-inkstream-seed-text" not in plain.headers
    assert plain.json() == {key: value for key, value in body.items() if key != "seed_text"}


def test_counting_goes_on_from_the_number(client: TestClient) -> None:
    """The first has the text; those that follow have the next numbers."""
    drawings = client.get("/draw/cat.json?count=3", params={"seed": TEXT, "count": 3}).json()["drawings"]
    assert [drawing["seed"] for drawing in drawings] == [NUMBER, NUMBER + 1, NUMBER + 2]
    assert [drawing.get("seed_text") for drawing in drawings] == [TEXT, None, None]


def test_likenesses_and_ways_take_text(zoo: TestClient) -> None:
    """`like`, `from`, `to` and `seed`, in queries and bodies; the answer names all."""
    assert (
        zoo.get("/draw/dog?closeness=0&seed=1", params={"like": TEXT, "closeness": 0, "seed": 1}).content
        == zoo.get(f"/draw/dog?closeness=0&seed=1&like={NUMBER}").content
    )
    query: dict[str, str | int] = {"from": TEXT, "to": "b", "seed": "c", "steps": 2}
    by_text = zoo.get("/between/cat/dog.json", params=query)
    by_number = zoo.get(
        f"/between/cat/dog.json?from={NUMBER}&to={seed_number('b')}&seed={seed_number('c')}&steps=2"
    ).json()
    assert by_text.json()["seed_texts"] == ["c", TEXT, "b"]
    assert (by_text.json()["seeds"], by_text.json()["seed"]) == (by_number["seeds"], by_number["seed"])
    assert [each["stroke5"] for each in by_text.json()["drawings"]] == [e["stroke5"] for e in by_number["drawings"]]
    assert by_text.headers["x-inkstream-from"] == str(NUMBER)
    assert unquote(by_text.headers["x-inkstream-from-text"]) == TEXT
    assert by_text.headers["x-inkstream-to-text"] == "b"
    assert "seed_texts" not in by_number
    ends = {"from": {"category": "dog", "like": TEXT}, "to": {"category": "dog", "like": 2}, "steps": 2, "seed": "c"}
    assert zoo.post("/between?format=json", json=ends).json()["seed_texts"] == ["c", TEXT, None]
    body = {"strokes": LINE, "seed": TEXT, "closeness": 0}
    assert zoo.post("/like/dog.json", json=body).json()["drawings"][0]["seed_text"] == TEXT


def test_completions_and_live_drawings_take_text(client: TestClient) -> None:
    """A body, a stream's query, a WebSocket's query and message: each names the number and the text."""
    [ending] = client.post("/complete/cat", json={"strokes": LINE, "seed": TEXT}).json()["drawings"]
    assert (ending["seed"], ending["seed_text"]) == (NUMBER, TEXT)
    assert f'"seed":{NUMBER},"seed_text":"Ada' in client.get("/draw/cat/stream", params={"seed": TEXT}).text
    with client.websocket_connect("/ws/draw/cat?seed=ada") as session:
        start = session.receive_json()
        assert (start["seed"], start["seed_text"]) == (seed_number("ada"), "ada")
        session.send_json({"type": "draw", "seed": TEXT})
        while (start := session.receive_json())["type"] != "start":
            pass
        assert (start["seed"], start["seed_text"]) == (NUMBER, TEXT)


def test_text_is_not_logged(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """Of a seed's path the log has all but the seed, and of a query nothing; a refusal tells as little."""
    with caplog.at_level(logging.DEBUG):
        for path in ("/draw/cat/seed/a%0Asecret%20name.png", "/draw/cat?seed=secret name", "/draw/cat?seed=secret%00"):
            assert client.get(path).status_code == 200
        assert client.get("/draw/cat/seed/secret?count=0").status_code == 422
    assert "GET /draw/cat/seed/* 200" in caplog.text
    ours = [record for record in caplog.records if record.name.startswith("app")]
    assert ours
    assert not any("secret" in f"{record.getMessage()} {vars(record)}" for record in ours)
