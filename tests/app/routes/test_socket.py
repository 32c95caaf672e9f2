import asyncio
import json
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from socket import SHUT_RDWR
from typing import Any

import pytest
from starlette.testclient import TestClient, WebSocketDenialResponse, WebSocketTestSession
from starlette.websockets import WebSocketDisconnect
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.sync.client import connect

from app.application import create_app
from app.engine.delivery import frame
from app.engine.stream import Stream
from app.formats.problems import MEDIA_TYPE
from app.routes import live as live_module
from app.routes.pacer import Pacer
from app.routes.patience import Patience
from app.server import transport as transport_module
from app.server import websocket as websocket_module
from tests.app.real import real
from tests.app.tiny import busy, client_of, serving, settings_for, until

EMPTY = "<Engine open, <Scheduler 0 waiting, 0 running, 0 parked>>"
Message = dict[str, Any]


def open_(client: TestClient, path: str, **headers: str) -> AbstractContextManager[WebSocketTestSession]:
    return client.websocket_connect(f"/ws/draw/{path}", headers=headers)


def drawing(session: WebSocketTestSession) -> tuple[Message, list[list[float]], Message]:
    """The next drawing: its start, its rows and its end."""
    start = session.receive_json()
    assert start["type"] == "start"
    rows: list[list[float]] = []
    while (message := session.receive_json())["type"] == "points":
        rows += message["stroke5"]
    return start, rows, message


def whole(client: TestClient, query: str) -> Message:
    answer: Message = client.get(f"/draw/{query}&format=json").json()
    return answer


def test_a_drawing_is_sent_as_it_is_decoded(client: TestClient) -> None:
    """It begins at once; its rows are those of the JSON answer, its end says how it ended."""
    for seed in range(8):
        with open_(client, f"cat?seed={seed}&temp_xy=0.9") as session:
            start, rows, end = drawing(session)
        expected = whole(client, f"cat?seed={seed}&temp_xy=0.9")
        assert rows == expected["stroke5"]
        assert end == {"type": "end", "reason": "finished" if expected["ended"] else "max_points"}
        assert (start["seed"], start["temp_xy"], start["temp_p"], start["max_points"]) == (seed, 0.9, 0.5, 24)


def test_points_go_out_in_frames(client: TestClient, monkeypatch: pytest.MonkeyPatch, long: int) -> None:
    """The first come at once; those that come soon after wait for each other, but the end waits for nothing."""
    monkeypatch.setattr(live_module, "FRAME_SECONDS", 60)
    with open_(client, f"cat?belief=true&seed={long}") as session:  # whose rows are decoded one by one
        assert session.receive_json()["type"] == "start"
        frames = []
        while (message := session.receive_json())["type"] == "points":
            frames.append(message["stroke5"])
    assert len(frames) <= 2
    assert [row for rows in frames for row in rows] == whole(client, f"cat?seed={long}")["stroke5"]


def test_a_message_of_a_pace_is_whole(client: TestClient, monkeypatch: pytest.MonkeyPatch, long: int) -> None:
    """After the first, one holds all that its drawing may have by then, however many turns that takes the engine."""
    monkeypatch.setattr(live_module, "FRAME_SECONDS", 0)
    with open_(client, f"cat?pace=1000&belief=true&seed={long}") as session:  # a turn for each row
        assert session.receive_json()["type"] == "start"
        lengths = []
        while (message := session.receive_json())["type"] == "points":
            lengths.append(len(message["stroke5"]))
    assert len(lengths) == 2 < sum(lengths) <= frame(1000)


def test_another_drawing_on_the_same_socket(client: TestClient) -> None:
    """The client asks for more, of the same category or another, as often as it likes."""
    with open_(client, "cat?seed=1") as session:
        assert drawing(session)[0]["category"] == "cat"
        for category, seed in ((None, 2), ("Eiffel Tower", 3), (None, 4)):
            session.send_json({"type": "draw", "seed": seed} | ({"category": category} if category else {}))
            start, rows, _ = drawing(session)
            assert start["category"] == ("cat" if seed == 2 else "The Eiffel Tower")
            assert rows == whole(client, f"{start['slug']}?seed={seed}")["stroke5"]


def test_it_can_wait(client: TestClient) -> None:
    """With `wait` nothing is drawn until the client asks."""
    with open_(client, "cat?wait=true") as session:
        session.send_json({"type": "stop"})  # nothing to stop: no answer
        session.send_json({"type": "draw", "seed": 5})
        start, rows, _ = drawing(session)
        assert start["seed"] == 5
        assert rows == whole(client, "cat?seed=5")["stroke5"]


def test_stop_ends_a_drawing(client: TestClient, long: int) -> None:
    """The end says that it was cancelled; the socket stays open."""
    with open_(client, f"cat?pace=1&seed={long}") as session:
        assert session.receive_json()["type"] == "start"
        assert session.receive_json()["type"] == "points"
        session.send_json({"type": "stop"})
        assert session.receive_json() == {"type": "end", "reason": "cancelled"}
        session.send_json({"type": "draw", "seed": 5})
        assert drawing(session)[0]["seed"] == 5


@pytest.fixture
def endless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rests of more than a tenth of a second end only where the client says something."""
    plain = Pacer.rest

    def rest(pacer: Pacer, until: float) -> asyncio.Future[None]:
        loop = asyncio.get_running_loop()
        return plain(pacer, until) if until - loop.time() < 0.1 else loop.create_future()

    monkeypatch.setattr(Pacer, "rest", rest)


@pytest.mark.usefixtures("endless")
@pytest.mark.parametrize("change", [{"pace": 1000}, {"pace": 1}, {"temp_xy": 1}], ids=str)
@pytest.mark.parametrize("last", [{"type": "stop"}, {"type": "draw", "seed": 5}], ids=lambda last: last["type"])
def test_stop_does_not_wait_for_a_pace(
    client: TestClient, long: int, change: dict[str, float], last: dict[str, object]
) -> None:
    """Whatever pace the drawing had, or has now, its end comes at once, though it rests for ever."""
    with open_(client, f"cat?pace=600&seed={long}&temp_xy=1") as session:
        assert session.receive_json()["type"] == "start"
        session.send_json({"type": "change", "pace": 1})
        session.send_json({"type": "change", **change})
        session.send_json(last)
        while session.receive_json()["type"] != "end":
            pass


@pytest.mark.usefixtures("endless")
def test_another_pace_holds_at_once(client: TestClient, long: int) -> None:
    """A drawing at one point a second that is told to hurry does not sit its second out."""
    with open_(client, f"cat?pace=1&seed={long}") as session:
        assert [session.receive_json()["type"] for _ in range(2)] == ["start", "points"]
        session.send_json({"type": "change", "pace": 1000})
        assert session.receive_json()["type"] == "points"


def test_another_pace_has_messages_of_its_own(client: TestClient, long: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A drawing that began slowly, a row to a message, may be decoded as far ahead as one that began fast."""
    granted, plain = list[int](), Stream.grant

    def grant(stream: Stream, rows: int) -> None:
        granted.append(rows)
        plain(stream, rows)

    monkeypatch.setattr(Stream, "grant", grant)
    with open_(client, f"cat?pace=20&seed={long}") as session:
        assert [session.receive_json()["type"] for _ in range(3)] == ["start", "points", "points"]
        slow = len(granted)
        session.send_json({"type": "change", "pace": 1000})
        while session.receive_json()["type"] != "end":
            pass
    assert set(granted[:slow]) == {1}
    assert max(granted) == frame(1000)


@pytest.mark.parametrize("path", ["/", "/ws", "/ws/draw", "/ws/draw/cat/more", "/draw/cat", "/nothing"])
def test_a_websocket_at_another_path_is_told(client: TestClient, path: str) -> None:
    """Nothing is there, and the refusal is a problem document, as for a request."""
    with pytest.raises(WebSocketDenialResponse) as caught, client.websocket_connect(path):
        pass
    assert (caught.value.status_code, caught.value.headers["content-type"]) == (404, MEDIA_TYPE)
    assert caught.value.json()["instance"] == path


def test_draw_ends_the_drawing_in_progress(client: TestClient, long: int) -> None:
    """A change of mind ends what is drawn, and the next drawing begins."""
    with open_(client, f"cat?pace=1&seed={long}") as session:
        assert session.receive_json()["type"] == "start"
        session.send_json({"type": "draw", "category": "penguin", "seed": 6})
        messages = []
        while (message := session.receive_json())["type"] != "end":
            messages.append(message["type"])
        assert (message["reason"], set(messages) <= {"points"}) == ("cancelled", True)
        assert drawing(session)[1] == whole(client, "penguin?seed=6")["stroke5"]


def test_temperatures_change_in_the_middle(client: TestClient) -> None:
    """New temperatures hold for the rest of the drawing; what was drawn before is as it would have been.

    What was changed and when is said, with the points and at the end, and asks for the very drawing: by GET, and over
    the WebSocket again.
    """
    seed = next(seed for seed in range(99) if whole(client, f"cat?seed={seed}&temp_xy=1")["points"] > 20)
    unchanged = whole(client, f"cat?seed={seed}&temp_xy=1")["stroke5"]
    with open_(client, f"cat?seed={seed}&temp_xy=1&pace=1") as session:
        assert session.receive_json()["type"] == "start"
        first = session.receive_json()["stroke5"]
        session.send_json({"type": "change", "temp_xy": 0, "pace": 1000})
        rows, said = first, set()
        while (message := session.receive_json())["type"] == "points":
            rows += message["stroke5"]
            said.add(message.get("at"))
        at = message["at"]
        assert said - {None} == {at}
        session.send_json({"type": "draw", "seed": seed, "temp_xy": 1, "at": at})
        start, again, end = drawing(session)
    assert (again, start["at"], end["at"]) == (rows, at, at)
    asked = whole(client, f"cat?seed={seed}&temp_xy=1&at={at}")
    assert (asked["stroke5"], asked["at"]) == (rows, at)
    same = next(i for i, pair in enumerate(zip(rows, unchanged, strict=False)) if pair[0] != pair[1])
    assert 1 <= same < 15


@pytest.mark.parametrize(
    "wish",
    [
        {"seed": 4},
        {"seed": "ada", "pace": 1000, "at": "3:1.5"},
        {"seed": 4, "belief": True, "strokes": [[[0, 0], [9, 9]]]},
    ],
    ids=str,
)
def test_resume_brings_the_rest(client: TestClient, wish: Message) -> None:
    """The same drawing again sends the rows after those that the client has, and its end; start says so."""
    with open_(client, "cat?wait=true") as session:
        session.send_json({"type": "draw", **wish})
        begun, all_rows, end = drawing(session)
        for had in (1, len(all_rows) - 1, len(all_rows), len(all_rows) + 3):
            session.send_json({"type": "draw", **wish, "resume": had, "checkpoint": begun["checkpoint"]})
            start, rows, again = drawing(session)
            assert (start, rows, again) == ({**begun, "resume": had}, all_rows[had:], end)
    with open_(client, f"cat?seed=4&resume=2&checkpoint={'0' * 8}") as session:
        start, rows, _ = drawing(session)
        assert (start["resume"], rows) == (0, whole(client, "cat?seed=4")["stroke5"]), "another network's rows are none"


def test_what_is_changed_meanwhile_leaves_what_the_client_has(client: TestClient) -> None:
    """Temperatures that come with a resume hold for rows that were not sent, however soon they come."""
    seed = next(seed for seed in range(99) if whole(client, f"cat?seed={seed}&temp_xy=1")["points"] > 20)
    with open_(client, "cat?wait=true") as session:
        session.send_json({"type": "draw", "seed": seed, "temp_xy": 1, "pace": 20, "resume": 10})
        session.send_json({"type": "change", "temp_xy": 0, "pace": 1000})
        _, rows, end = drawing(session)
    assert int(end["at"].partition(":")[0]) >= 10
    assert rows == whole(client, f"cat?seed={seed}&temp_xy=1&at={end['at']}")["stroke5"][10:]


@pytest.mark.parametrize(
    ("text", "parameter"),
    [
        ("", "message"),
        ("draw", "message"),
        ("[]", "message"),
        ("{}", "message"),
        ('{"type": "dance"}', "message"),
        ('{"type": "draw", "seed": -1}', "seed"),
        ('{"type": "draw", "temp_xy": "hot"}', "temp_xy"),
        ('{"type": "draw", "sed": 1}', "sed"),
        ('{"type": "draw", "resume": -1}', "resume"),
        ('{"type": "draw", "resume": 10002}', "resume"),
        ('{"type": "draw", "resume": 5}', "resume"),
        ('{"type": "draw", "checkpoint": "none"}', "checkpoint"),
        ('{"type": "change", "temp_p": 1e9}', "temp_p"),
        ('{"type": "change", "temp_p": NaN}', "temp_p"),
        ('{"type": "stop", "now": true}', "now"),
        ("[" * 5000, "message"),
    ],
)
def test_a_message_that_makes_no_sense_is_refused(client: TestClient, text: str, parameter: str) -> None:
    """The answer names what is wrong; the socket stays open, and the next message is followed."""
    with open_(client, "cat?wait=true") as session:
        session.send_text(text)
        message = session.receive_json()
        assert (message["type"], message["problem"]["status"]) == ("error", 422)
        assert message["problem"]["errors"][0]["parameter"] == parameter
        session.send_json({"type": "draw", "seed": 5})
        assert drawing(session)[0]["seed"] == 5


def test_what_cannot_be_drawn_is_refused(client: TestClient) -> None:
    """An unknown category, or a pace for a drawing without one, is an error; what is drawn goes on."""
    with open_(client, "cat?pace=500&seed=1") as session:
        session.send_json({"type": "draw", "category": "pengiun"})
        kinds, rows = [], []
        while (message := session.receive_json())["type"] != "end":
            kinds.append(message["type"])
            rows += message.get("stroke5", [])
            if message["type"] == "error":
                assert message["problem"]["near"] == ["penguin"]
        while "error" not in kinds:
            kinds.append(session.receive_json()["type"])
        assert rows == whole(client, "cat?seed=1")["stroke5"]


def test_a_message_without_a_type_is_told_of_them(client: TestClient) -> None:
    """In words that need no knowledge of our libraries."""
    with open_(client, "cat?wait=true") as session:
        for message in ({"seed": 5}, {"type": "dance"}):
            session.send_json(message)
            assert "change, stop, draw or guess" in session.receive_json()["problem"]["detail"]


def test_an_empty_category_is_none(client: TestClient) -> None:
    """It is not the last one again, which stands where no category is said."""
    with open_(client, "cat?wait=true") as session:
        session.send_json({"type": "draw", "category": ""})
        assert session.receive_json()["problem"]["status"] == 404


def test_binary_is_refused(client: TestClient) -> None:
    """Messages are text."""
    with open_(client, "cat?wait=1") as session:
        session.send_bytes(b"\0")
        assert session.receive_json()["type"] == "error"


def test_endless_nonsense_closes_the_socket(client: TestClient) -> None:
    """A client that never makes sense is told so some times, and then sent away."""
    with open_(client, "cat?wait=1") as session:
        for _ in range(21):
            session.send_text("?")
        for _ in range(20):
            assert session.receive_json()["type"] == "error"
        with pytest.raises(WebSocketDisconnect) as caught:
            session.receive_json()
        assert caught.value.code == 1008


@pytest.mark.parametrize(
    ("path", "status"),
    [("nobody", 404), ("cat?system=none", 404), ("cat?seed=-1", 422), ("cat?sed=1", 422), ("cat?seed=1&seed=2", 422)],
)
def test_a_socket_that_cannot_draw_is_not_opened(client: TestClient, path: str, status: int) -> None:
    """The handshake is answered with the problem document that GET would have."""
    with pytest.raises(WebSocketDenialResponse) as caught, open_(client, path):
        pass
    assert (caught.value.status_code, caught.value.headers["content-type"]) == (status, "application/problem+json")


def test_a_page_can_ask_why_it_was_refused(checkpoints: Path) -> None:
    """Browsers keep a WebSocket's refusal from the page; by HTTP the same path says it, or that nothing is wrong."""
    with client_of(checkpoints, sockets_limit=1) as client:
        refused = client.post("/ws/draw/cat", headers={"Origin": "https://evil.test"})
        assert (refused.status_code, refused.headers["content-type"]) == (403, MEDIA_TYPE)
        assert "INKSTREAM_ORIGINS" in refused.json()["detail"]
        fine = client.post("/ws/draw/cat", headers={"Origin": "http://testserver"})
        assert (fine.status_code, fine.headers["upgrade"]) == (426, "websocket")
        with open_(client, "cat?wait=1"):
            assert client.post("/ws/draw/cat").status_code == 429


def test_origins(checkpoints: Path) -> None:
    """Our own pages, those of allowed origins, and what is no page may open a socket; others may not."""
    with client_of(checkpoints, origins=("https://page.example",)) as client:
        for origin in ("https://page.example", "http://testserver"):
            with open_(client, "cat", origin=origin) as session:
                assert session.receive_json()["type"] == "start"
        for origin in ("https://other.example", "null", "https://testserver.evil.example"):
            with pytest.raises(WebSocketDenialResponse) as caught, open_(client, "cat", origin=origin):
                pass
            assert (caught.value.status_code, caught.value.json()["status"]) == (403, 403)


def test_sockets_are_bounded(checkpoints: Path) -> None:
    """One more than may be open is refused with 429; when one closes there is room again."""
    with client_of(checkpoints, sockets_limit=1) as client:
        with open_(client, "cat?wait=1") as session:
            session.send_text("?")
            session.receive_json()
            with pytest.raises(WebSocketDenialResponse) as caught, open_(client, "cat"):
                pass
            assert (caught.value.status_code, int(caught.value.headers["retry-after"]) > 0) == (429, True)
        with open_(client, "cat") as session:
            assert session.receive_json()["type"] == "start"


def test_a_silent_client_is_sent_away(checkpoints: Path) -> None:
    """A socket that draws nothing and says nothing is closed."""
    with client_of(checkpoints, idle_timeout=0.3) as client, open_(client, "cat?wait=1") as session:
        with pytest.raises(WebSocketDisconnect) as caught:
            session.receive_json()
        assert (caught.value.code, caught.value.reason) == (1000, "idle")


def test_a_client_that_says_something_has_its_time_again(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each message begins another time of silence."""
    begun: list[float] = []
    plain = Patience.__enter__

    def enter(patience: Patience) -> None:
        begun.append(patience._seconds)
        plain(patience)

    monkeypatch.setattr(Patience, "__enter__", enter)
    with client_of(checkpoints, idle_timeout=77) as client, open_(client, "cat?wait=1") as session:
        for number in range(1, 4):
            until(lambda number=number: begun.count(77) == number)  # type: ignore[misc]
            session.send_json({"type": "stop"})


def test_a_full_queue_is_an_error_message(checkpoints: Path) -> None:
    """A drawing for which there is no room is refused, and the socket stays open; at the handshake it is 429."""
    app = create_app(settings_for(checkpoints, batch_limit=1, queue_limit=1))
    with serving(app) as client, ExitStack() as stack:
        third = stack.enter_context(open_(client, "cat?wait=1"))
        with busy(app.state.service.engine):
            sockets = [stack.enter_context(open_(client, "cat")) for _ in range(2)]
            third.send_json({"type": "draw"})
            assert third.receive_json()["problem"]["status"] == 429
            with pytest.raises(WebSocketDenialResponse) as caught, open_(client, "cat"):
                pass
            assert caught.value.status_code == 429
        for session in sockets:
            assert drawing(session)[2]["type"] == "end"
        third.send_json({"type": "draw", "seed": 1})
        assert drawing(third)[0]["seed"] == 1


def test_disconnecting_ends_the_decoding(checkpoints: Path, long: int) -> None:
    """A client that goes in the middle, politely or not, frees the places of its drawings."""
    with real(checkpoints) as running:
        for polite in (True, False):
            with connect(f"ws://{running.host}/ws/draw/cat?pace=1&seed={long}", proxy=None) as socket:
                assert json.loads(socket.recv())["type"] == "start"
                until(lambda: "1 parked" in running.state())
                if not polite:
                    socket.socket.shutdown(SHUT_RDWR)
            until(lambda: running.state() == EMPTY and not running.service.draining.lives)
        until(lambda: running.service.sockets == 0)


def test_a_message_may_not_be_too_long(checkpoints: Path) -> None:
    """Beyond the limit the socket is closed with the code for it."""
    with (
        real(checkpoints, max_message=2000) as running,
        connect(f"ws://{running.host}/ws/draw/cat?wait=1", proxy=None) as socket,
    ):
        socket.send("?" * 1990)
        assert json.loads(socket.recv())["type"] == "error"
        socket.send("?" * 2010)
        with pytest.raises(ConnectionClosedError) as caught:
            socket.recv()
        assert caught.value.rcvd is not None
        assert caught.value.rcvd.code == 1009


def test_a_slow_reader_is_sent_away(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A client that asks and takes nothing is cut off: its memory is bounded, its place is free."""
    for module in (websocket_module, transport_module):
        monkeypatch.setattr(module, "LINGER_SECONDS", 0.5)
    monkeypatch.setattr(websocket_module, "FRAMES_AT_ONCE", 10**9)  # the flood is another test's
    with (
        real(checkpoints, send_timeout=0.3) as running,
        connect(f"ws://{running.host}/ws/draw/cat?wait=1", proxy=None, max_queue=1, close_timeout=0.5) as socket,
    ):
        until(lambda: running.service.sockets == 1)
        asked = 0
        with suppress(ConnectionClosed):
            while running.service.sockets and asked < 200_000:
                socket.send('{"type":"change","temp_p":-1}' if asked % 8 else '{"type":"draw"}')
                asked += 1
        until(lambda: running.service.sockets == 0 and running.state() == EMPTY)
        assert asked < 200_000


def test_stopping_lets_a_live_drawing_finish(checkpoints: Path, long: int) -> None:
    """A drawing on its way to a client when the service is told to stop arrives whole; idle sockets are closed."""
    with (
        real(checkpoints) as running,
        connect(f"ws://{running.host}/ws/draw/cat?wait=1", proxy=None) as idle,
        connect(f"ws://{running.host}/ws/draw/cat?pace=20&seed={long}", proxy=None) as busy,
    ):
        assert json.loads(busy.recv())["type"] == "start"
        running.server.should_exit = True
        messages: list[Message] = []
        while not messages or messages[-1]["type"] != "end":
            messages.append(json.loads(busy.recv(timeout=30)))
        assert messages[-1]["reason"] in ("finished", "max_points")
        running.thread.join(30)
        assert not running.thread.is_alive()
        for socket in (idle, busy):
            with pytest.raises(ConnectionClosed):
                socket.recv(timeout=30)
