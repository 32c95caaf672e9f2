"""The same checkpoint, subject, seed and temperatures give the same drawing, whichever way it is asked for."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from starlette.testclient import TestClient, WebSocketTestSession

from app.engine.request import DrawRequest
from app.formats.negotiation import MEDIA_TYPES, Format
from app.formats.render import render
from model.alike.codes import told
from model.checkpoint import load_checkpoint
from model.drawing import Drawing
from model.latent import from_text, to_text
from model.picture.look import PLAIN
from tests.app.company import DOG, OTHERS, company
from tests.app.routes.test_events import events
from tests.app.routes.test_events import rows as rows_of
from tests.app.tiny import LATENT, alone, request_of

Rows = list[list[float]]

TEMP_XY, TEMP_P = 0.6, 0.4
MONA_LISA = 4  # in the list of `menagerie`
PREFIX = 5  # rows that a drawing goes on from
QUERY = f"temp_xy={TEMP_XY}&temp_p={TEMP_P}"


@pytest.fixture(scope="module")
def drawn(menagerie: Path) -> tuple[DrawRequest, Drawing]:
    """A drawing of some points, decoded by the plain loop, alone: no engine, no service."""
    like = request_of(load_checkpoint(menagerie / "animals"), DOG, temp_xy=TEMP_XY, temp_p=TEMP_P)
    wanted = (replace(like, seed=seed) for seed in range(100, 200))
    return next((each, drawing) for each in wanted if len((drawing := alone(each)).stroke5) > 2 * PREFIX)


@pytest.fixture(scope="module", params=["alone", "among others"])
def service(request: pytest.FixtureRequest, zoo: TestClient) -> Iterator[TestClient]:
    """A service that draws nothing else, or 63 other drawings at the same time."""
    with company(zoo) if request.param == "among others" else nullcontext():
        yield zoo


def assert_same(rows: Rows, drawing: Drawing) -> None:
    """Bit for bit: the shortest decimals of a float32 number are that number again."""
    np.testing.assert_array_equal(np.array(rows, np.float32), drawing.stroke5)


def socket_rows(session: WebSocketTestSession) -> Rows:
    """The points of the next drawing on a WebSocket."""
    assert session.receive_json()["type"] == "start"
    rows: Rows = []
    while (message := session.receive_json())["type"] == "points":
        rows += message["stroke5"]
    return rows


def of_json(client: TestClient, seed: int, _: Rows) -> Rows:
    body = client.get(f"/draw/dog?format=json&seed={seed}&{QUERY}").json()
    rows: Rows = body["stroke5"]
    return rows


def of_plural_by_system(client: TestClient, seed: int, _: Rows) -> Rows:
    rows: Rows = client.get(f"/draw/Hounds?format=json&seed={seed}&{QUERY}&system=animals5").json()["stroke5"]
    return rows


def of_list_among_others(client: TestClient, seed: int, _: Rows) -> Rows:
    first = seed - OTHERS // 2
    drawings = client.get(f"/draw/dog?format=json&count={OTHERS + 1}&seed={first}&{QUERY}").json()["drawings"]
    rows: Rows = drawings[OTHERS // 2]["stroke5"]
    return rows


def of_events(client: TestClient, seed: int, _: Rows, query: str = QUERY) -> Rows:
    return rows_of(events(client.get(f"/draw/dog/stream?seed={seed}&{query}").text))


def of_paced_events(client: TestClient, seed: int, _: Rows) -> Rows:
    return rows_of(events(client.get(f"/draw/dog/stream?seed={seed}&{QUERY}&pace=1000").text))


def of_watched_events(client: TestClient, seed: int, _: Rows) -> Rows:
    return rows_of(events(client.get(f"/draw/dog/stream?seed={seed}&{QUERY}&belief=true").text))


def of_socket(client: TestClient, seed: int, _: Rows, query: str = QUERY) -> Rows:
    with client.websocket_connect(f"/ws/draw/dog?seed={seed}&{query}") as session:
        return socket_rows(session)


def of_second_on_a_socket(client: TestClient, seed: int, _: Rows) -> Rows:
    with client.websocket_connect("/ws/draw/bee?seed=1") as session:
        socket_rows(session)
        wish = {"type": "draw", "category": "hound", "seed": seed, "pace": 1000}
        session.send_json({**wish, "temp_xy": TEMP_XY, "temp_p": TEMP_P})
        return socket_rows(session)


def of_completion(client: TestClient, seed: int, given: Rows) -> Rows:
    body = client.post("/complete/dog", json=wish_for_rest(seed, given)).json()
    rows: Rows = body["drawings"][0]["stroke5"]
    return rows


def of_completion_among_others(client: TestClient, seed: int, given: Rows) -> Rows:
    wish = wish_for_rest(seed - OTHERS // 2, given)
    body = client.post("/complete/dog", json={**wish, "count": OTHERS + 1}).json()
    rows: Rows = body["drawings"][OTHERS // 2]["stroke5"]
    return rows


def of_primed_socket(client: TestClient, seed: int, given: Rows) -> Rows:
    with client.websocket_connect("/ws/draw/dog?wait=1") as session:
        session.send_json({"type": "draw", **wish_for_rest(seed, given)})
        return given + socket_rows(session)


def wish_for_rest(seed: int, given: Rows) -> dict[str, object]:
    """What the network has drawn, as it is, to go on from."""
    return {
        "seed": seed,
        "temp_xy": TEMP_XY,
        "temp_p": TEMP_P,
        "size": 255,
        "simplify": False,
        "stroke5": [[x, y, *map(int, pen)] for x, y, *pen in given],
    }


WAYS: tuple[Callable[[TestClient, int, Rows], Rows], ...] = (
    of_json,
    of_plural_by_system,
    of_list_among_others,
    of_events,
    of_paced_events,
    of_watched_events,
    of_socket,
    of_second_on_a_socket,
    of_completion,
    of_completion_among_others,
    of_primed_socket,
)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.removeprefix("of_"))
def test_rows_are_those_of_the_plain_loop(
    service: TestClient, drawn: tuple[DrawRequest, Drawing], way: Callable[[TestClient, int, Rows], Rows]
) -> None:
    """Alone or among 63 others, whole or row by row, from its first rows on: the same rows, bit for bit."""
    _, drawing = drawn
    assert_same(way(service, drawing.seed, drawing.stroke5[:PREFIX].tolist()), drawing)


@pytest.mark.parametrize("form", MEDIA_TYPES)
def test_every_form_is_of_the_same_drawing(
    service: TestClient, drawn: tuple[DrawRequest, Drawing], form: Format
) -> None:
    """Pictures and lines of ndjson are those of the plain loop's drawing, byte for byte."""
    request, drawing = drawn
    answer = service.get(f"/draw/dog?format={form}&seed={drawing.seed}&{QUERY}")
    assert answer.content == render(form, [drawn], PLAIN, several=False)
    sheet = service.get(f"/draw/dog?format={form}&count=1&seed={drawing.seed}&{QUERY}")
    assert sheet.content == render(form, [(request, drawing)], PLAIN, several=True)


def test_another_seed_is_another_drawing(service: TestClient, drawn: tuple[DrawRequest, Drawing]) -> None:
    """The comparison can fail."""
    _, drawing = drawn
    with pytest.raises(AssertionError):
        assert_same(of_json(service, drawing.seed + 1, []), drawing)


def test_styles_are_a_seeds_own(menagerie: Path, zoo: TestClient) -> None:
    """A subject of styles draws each seed in one of them, in turn, by itself and in a list, as the plain loop does."""
    request = request_of(load_checkpoint(menagerie / "animals"), MONA_LISA, temp_xy=TEMP_XY, temp_p=TEMP_P)
    drawings = zoo.get(f"/draw/mona-lisa?format=json&count=4&seed=10&{QUERY}").json()["drawings"]
    for seed, listed in zip(range(10, 14), drawings, strict=True):
        want = alone(replace(request, seed=seed))
        assert_same(listed["stroke5"], want)
        assert_same(of_json_of("mona-lisa", zoo, seed), want)
        without = torch.zeros(1, LATENT)
        assert not np.array_equal(alone(replace(request, seed=seed), latents=without).stroke5, want.stroke5)


def of_json_of(category: str, client: TestClient, seed: int) -> Rows:
    rows: Rows = client.get(f"/draw/{category}?format=json&seed={seed}&{QUERY}").json()["stroke5"]
    return rows


LATENT_TEXT = to_text(np.array([1.5, -0.5, 0.25, -2.0], np.float32))
CODED = f"{QUERY}&latent={LATENT_TEXT}"


@pytest.fixture(scope="module")
def coded(menagerie: Path) -> Drawing:
    """A drawing of some points by a latent code, decoded by the plain loop, alone."""
    request = request_of(load_checkpoint(menagerie / "animals"), DOG, temp_xy=TEMP_XY, temp_p=TEMP_P)
    code = torch.tensor(from_text(LATENT_TEXT, LATENT)).unsqueeze(0)
    drawings = (alone(replace(request, seed=seed), latents=code) for seed in range(100, 300))
    return next(drawing for drawing in drawings if len(drawing.stroke5) > 2 * PREFIX)


def coded_json(client: TestClient, seed: int, _: Rows) -> Rows:
    body = client.get(f"/draw/dog?format=json&seed={seed}&{CODED}").json()
    assert (body["latent"], body["system"]) == (LATENT_TEXT, "animals5")
    rows: Rows = body["stroke5"]
    return rows


def coded_list(client: TestClient, seed: int, _: Rows) -> Rows:
    rows: Rows = client.get(f"/draw/dog?format=json&count=3&seed={seed - 1}&{CODED}").json()["drawings"][1]["stroke5"]
    return rows


def coded_events(client: TestClient, seed: int, given: Rows) -> Rows:
    return of_events(client, seed, given, CODED)


def coded_socket(client: TestClient, seed: int, given: Rows) -> Rows:
    return of_socket(client, seed, given, CODED)


def coded_message(client: TestClient, seed: int, _: Rows) -> Rows:
    with client.websocket_connect("/ws/draw/bee?wait=1") as session:
        wish = {"type": "draw", "category": "dog", "seed": seed, "latent": LATENT_TEXT}
        session.send_json({**wish, "temp_xy": TEMP_XY, "temp_p": TEMP_P})
        return socket_rows(session)


def coded_completion(client: TestClient, seed: int, given: Rows) -> Rows:
    body = client.post("/complete/dog", json={**wish_for_rest(seed, given), "latent": LATENT_TEXT}).json()
    rows: Rows = body["drawings"][0]["stroke5"]
    return rows


def coded_way(client: TestClient, seed: int, _: Rows) -> Rows:
    ends = f"from_latent={LATENT_TEXT}&to_latent={to_text(np.zeros(LATENT, np.float32))}"
    way = client.get(f"/between/dog/bee?format=json&seed={seed}&{QUERY}&{ends}").json()
    rows: Rows = way["drawings"][0]["stroke5"]
    return rows


CODED_WAYS: tuple[Callable[[TestClient, int, Rows], Rows], ...] = (
    coded_json,
    coded_list,
    coded_events,
    coded_socket,
    coded_message,
    coded_completion,
    coded_way,
)


@pytest.mark.parametrize("way", CODED_WAYS, ids=lambda way: way.__name__.removeprefix("coded_"))
def test_a_latent_code_draws_the_same_everywhere(
    service: TestClient, coded: Drawing, way: Callable[[TestClient, int, Rows], Rows]
) -> None:
    """Alone or among 63 others that have none: the same seed and code are the same rows, bit for bit."""
    assert_same(way(service, coded.seed, coded.stroke5[:PREFIX].tolist()), coded)


@pytest.mark.parametrize("closeness", [0, 0.3, 1])
def test_a_likeness_can_be_had_again(service: TestClient, closeness: float) -> None:
    """Seed, latent code, system and temperatures of its answer draw it, whichever way it was come by."""
    for drawing in (
        service.get(f"/draw/dog?like=3&closeness={closeness}&format=json&{QUERY}").json(),
        *service.get(f"/draw/dog?like=3&closeness={closeness}&format=json&count=2&{QUERY}").json()["drawings"],
        *service.post(
            "/like/dog?format=json&coordinates=ours",
            json={"strokes": [[[0, 0], [9, 9], [0, 9]]], "count": 2, "closeness": closeness},
        ).json()["drawings"],
    ):
        known = {name: drawing[name] for name in ("seed", "system", "temp_xy", "temp_p")}
        latent = {} if drawing["latent"] is None else {"latent": drawing["latent"]}
        assert service.get("/draw/dog", params={"format": "json"} | known | latent).json() == drawing


def test_what_a_code_tells_is_the_plain_loops(menagerie: Path) -> None:
    """A context made at admission is that of the code's text."""
    network = load_checkpoint(menagerie / "animals")
    code = torch.tensor(from_text(LATENT_TEXT, LATENT)).unsqueeze(0)
    assert torch.equal(told(network, DOG, LATENT_TEXT).context, network.contexts([DOG], code))
