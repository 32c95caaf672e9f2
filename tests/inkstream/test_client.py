"""`Client`: over HTTP and a WebSocket, and what it makes of refusals."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import Thread

import httpx2
import pytest
import websockets
from websockets.sync.server import ServerConnection, serve

from inkstream import calls
from inkstream.client import Client
from inkstream.errors import Busy, Problem, Unreachable
from tests.app.real import Real
from tests.inkstream.conftest import cut

BUSY = {"title": "Too late", "status": 503, "detail": "The drawing was not ready."}
CAT = {"category": "cat", "seed": 7, "system": "a", "temp_xy": 1, "temp_p": 1, "latent": None, "points": 2}
LINES = [[(0, 0), (1, 1)]]
CAT |= {"ended": True, "strokes": [[[0, 0], [3, 4]]], "stroke5": [[3, 4, 1, 0, 0], [0, 0, 0, 0, 1]]}


def answering(answer: Callable[[httpx2.Request], httpx2.Response], **changes: object) -> Client:
    """A client of a service that answers so."""
    return Client("http://x/ink", transport=httpx2.MockTransport(answer), **changes)  # type: ignore[arg-type] # a test's


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long was waited, without waiting."""
    found: list[float] = []
    monkeypatch.setattr(time, "sleep", found.append)
    return found


def test_a_busy_service_is_asked_again_when_it_says(pauses: list[float]) -> None:
    """After its Retry-After, a second where it does not say."""
    answers = [
        httpx2.Response(503, json=BUSY, headers={"Retry-After": "7"}),
        httpx2.Response(429, json=BUSY | {"status": 429}),
        httpx2.Response(200, json=CAT),
    ]
    assert answering(lambda _request: answers.pop(0)).draw("cat").seed == 7
    assert pauses == [7, 1]


def test_a_service_that_stays_busy_is_an_error(pauses: list[float]) -> None:
    """After as many tries as are allowed; the caller learns when to try again."""
    asked: list[httpx2.Request] = []

    def answer(request: httpx2.Request) -> httpx2.Response:
        asked.append(request)
        return httpx2.Response(503, json=BUSY, headers={"Retry-After": "7"})

    with pytest.raises(Busy, match="not ready") as raised:
        answering(answer, retries=1).draw("cat")
    assert raised.value.retry_after == 7
    assert len(asked) == 2
    assert asked[0].url == asked[1].url, "the same drawing"
    assert pauses == [7]


def test_other_refusals_are_raised_at_once(pauses: list[float]) -> None:
    """With what the problem document says."""
    document = {"title": "Bad parameter", "status": 422, "detail": "'count': too many.", "errors": []}
    with pytest.raises(Problem, match="too many") as raised:
        answering(lambda _request: httpx2.Response(422, json=document)).draw("cat", count=2)
    assert raised.value.document == document
    assert pauses == []


def test_who_is_to_come_back_much_later_learns_it_now(pauses: list[float]) -> None:
    """Nobody waits for a minute without a word."""
    answer = httpx2.Response(503, json=BUSY, headers={"Retry-After": "60"})
    with pytest.raises(Busy) as raised:
        answering(lambda _request: answer).draw("cat")
    assert (raised.value.retry_after, pauses) == (60, [])


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"{}"])
def test_what_is_no_inkstream_is_said(body: bytes) -> None:
    """Another server's error, or none at all, is no problem document."""
    with pytest.raises(Unreachable, match="answered 502"):
        answering(lambda _request: httpx2.Response(502, content=body)).categories()
    with pytest.raises(Unreachable, match="cannot be asked"):
        Client("http://127.0.0.1:9").draw("cat")


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", ""])
def test_a_page_in_place_of_an_answer_is_no_drawing(kind: str) -> None:
    """A network that wants people to log in first answers everything with status 200."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, content=b"<html>Log in</html>", headers={"Content-Type": kind})

    client = answering(answer)
    asks = (client.categories, lambda: client.draw("cat"), lambda: client.send(calls.draw("cat").written("svg", {})))
    for ask in asks:
        with pytest.raises(Unreachable, match="answered 200, and not as Inkstream does"):
            ask()


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"null", b"[]", b"{}", b'{"category": "cat", "drawings": [], "categories": [7], "guesses": [{}]}'],
)
def test_json_of_something_else_is_no_answer(body: bytes) -> None:
    """No method takes it for one, and what it makes of it is no KeyError."""
    headers = {"Content-Type": "application/json"}
    client = answering(lambda _request: httpx2.Response(200, content=body, headers=headers))
    asks: list[Callable[[], object]] = [
        client.categories,
        lambda: client.draw("cat"),
        lambda: client.draw("cat", count=2),
        lambda: client.like("cat", LINES),
        lambda: client.between("cat", "dog"),
        lambda: client.complete(LINES),
        lambda: client.recognise(LINES),
    ]
    for ask in asks:
        with pytest.raises(Unreachable, match="answered 200, and not as Inkstream does"):
            ask()


@pytest.mark.parametrize("document", [{"title": "x", "status": "late"}, {"title": None, "status": None}, ["title"]])
def test_what_is_no_problem_document_is_no_problem(document: object) -> None:
    """Other services have documents that look like ours."""
    with pytest.raises(Unreachable, match="answered 403"):
        answering(lambda _request: httpx2.Response(403, json=document)).categories()


def test_another_form_than_was_asked_for_is_no_picture() -> None:
    """Nobody saves a proxy's OK as a PNG."""
    answers = [httpx2.Response(200, json=CAT), httpx2.Response(200, text="OK"), httpx2.Response(200, json=CAT)]
    drawing = answering(lambda _request: answers.pop(0)).draw("cat")
    for form in ("png", "svg"):
        with pytest.raises(Unreachable, match="answered 200"):
            drawing.content(form)


def test_a_redirect_says_where_it_leads() -> None:
    """It is not followed: a POST would lose its body, and a key would go to who knows whom."""
    there = {"Location": "https://x/ink/categories"}
    with pytest.raises(Unreachable, match="answered 301, which leads to https://x/ink/categories"):
        answering(lambda _request: httpx2.Response(301, headers=there)).categories()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "localhost:8000",
        "ftp://x",
        "wss://x",
        "http://",
        "http://x:port",
        "http://x:99999",
        "http://[::1",
        "http://x?a=1",
        "http://" + 70 * "a",
        "http://x/#here",
        "http://\udc80",
    ],
)
def test_an_address_that_is_none_is_said_at_once(url: str) -> None:
    """In the same words, whatever would have stumbled over it."""
    with pytest.raises(ValueError, match="is no address of a service, such as http://"):
        Client(url)


@pytest.mark.parametrize("key", ["secret\n", " secret", "geheimnißvoll", "a\nb"])
def test_a_key_that_can_be_none_is_not_repeated(key: str) -> None:
    """Errors end in logs."""
    with pytest.raises(ValueError, match="An API key has no line end") as raised:
        Client("http://x", key=key)
    assert key not in str(raised.value)


def test_a_password_of_an_address_is_not_repeated() -> None:
    """A proxy may want one; errors end in logs."""
    with pytest.raises(Unreachable, match=r"^http://127.0.0.1:9 cannot be asked"):
        Client("http://ann:secret@127.0.0.1:9").draw("cat")
    with pytest.raises(Unreachable, match=r"^http://127.0.0.1:9 cannot be asked"):
        next(Client("http://ann:secret@127.0.0.1:9").stream("cat"))
    transport = httpx2.MockTransport(lambda _request: httpx2.Response(502))
    with pytest.raises(Unreachable, match=r"^http://x/categories\?compact=true&q= answered 502"):
        Client("http://ann:secret@x", transport=transport).categories()


def test_requests_carry_the_key_and_the_path() -> None:
    """Below the path of the service's address."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        assert request.headers["X-API-Key"] == "secret"
        assert request.url.path == "/ink/like/cat"
        assert json.loads(request.content)["strokes"] == [[[0.0, 0.0], [1.0, 1.0]]]
        return httpx2.Response(200, json={"category": "cat", "drawings": [CAT]})

    with answering(answer, key="secret") as client:
        assert client.like("cat", [[(0, 0), (1, 1)]]).seed == 7


def test_rows_of_a_drawing_may_be_sent_as_they_are(site: Real) -> None:
    """Arrays in a body are JSON, and what is no number is refused by the service, which says where."""
    with Client(f"http://{site.host}") as client:
        drawing = client.draw("cat", seed=5)
        given = {"stroke5": drawing.stroke5[:4], "size": 255, "simplify": False}
        [ending] = client.complete(given, "cat", seed=5)
        assert ending.stroke5[:4].tolist() == drawing.stroke5[:4].tolist()
        with pytest.raises(Problem, match="valid number"):
            client.complete([[(0, 0), (1, float("nan"))]], "cat")


def test_points_come_over_the_websocket(site: Real) -> None:
    """All of the drawing that the seed gives, stroke by stroke; one that is not there is refused as by HTTP."""
    with Client(f"http://{site.host}") as client:
        drawing = client.draw("penguin", seed=5)
        points = list(client.stream("penguin", seed=5))
        assert len(points) == 1 + drawing.points
        assert points[-1][1:] == pytest.approx(drawing.strokes[-1][-1].tolist(), abs=1e-3)
        assert points[-1].stroke == len(drawing.strokes) - 1
        with pytest.raises(Problem, match="penguin"):
            next(client.stream("pengiun"))
    with pytest.raises(Unreachable, match="cannot be asked"):
        next(Client("http://127.0.0.1:9").stream("cat"))


def speaking(*messages: str) -> Iterator[str]:
    """The address of a WebSocket that is too busy at first, then says these, and nothing more."""
    document = json.dumps(BUSY).encode()
    refusals = [websockets.http11.Response(503, "Busy", websockets.Headers({"Retry-After": "7"}), document)]

    def say(socket: ServerConnection) -> None:
        for message in messages:
            socket.send(message)
        with suppress(websockets.ConnectionClosed):
            socket.recv()

    with serve(say, "127.0.0.1", 0, process_request=lambda *_: refusals.pop() if refusals else None) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield "http://{}:{}".format(*server.socket.getsockname())
        server.shutdown()
        thread.join()


@pytest.fixture
def silent() -> Iterator[str]:
    """The address of a service that begins to draw, and then says nothing more."""
    start = {"category": "cat", "system": "a", "checkpoint": "c", "seed": 7, "temp_xy": 1, "temp_p": 1, "resume": 0}
    yield from speaking(json.dumps({"type": "start", **start}))


def test_a_stream_waits_as_every_call_does(silent: str, pauses: list[float]) -> None:
    """For a service that is too busy to begin, as long as it says; for one that says nothing more, until `timeout`."""
    with Client(silent, retries=1) as client:
        assert next(client.stream("cat")) == (0, 0, 0)
        assert pauses == [7]
    with (
        Client(silent, timeout=0.1, retries=0) as hasty,
        pytest.raises(Unreachable, match=r"cannot be asked: timed out$"),
    ):
        list(hasty.stream("cat"))


def test_a_stream_that_breaks_goes_on(site: Real) -> None:
    """Its points are those of one that did not; who wants no retries is told."""
    with Client(f"http://{site.host}") as client, Client(f"http://{site.host}", retries=0) as hasty:
        seed = next(seed for seed in range(99) if client.draw("penguin", seed=seed).points > 15)
        broken, given_up = (each.stream("penguin", seed=seed, pace=20) for each in (client, hasty))
        points = [next(broken), next(broken)]
        next(given_up)
        cut(site)
        assert [*points, *broken] == list(client.stream("penguin", seed=seed))
        with pytest.raises(Unreachable, match="lost"):
            list(given_up)
