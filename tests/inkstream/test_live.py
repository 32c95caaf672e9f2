"""Messages of a WebSocket as points."""

from collections.abc import Mapping

import orjson
import pytest

from inkstream import calls
from inkstream.errors import Busy, Problem, Unreachable
from inkstream.live import PATIENCE, Patience, Point, Reader, address

CALL = calls.draw("surprise", seed=7, pace=60)
START = {
    "type": "start",
    "category": "cat",
    "checkpoint": "c0ffee00",
    "system": "small",
    "seed": 7,
    "latent": None,
    "temp_xy": 0.4,
    "temp_p": 0.5,
    "at": None,
    "resume": 0,
}
ROWS = {"type": "points", "stroke5": [[1, 2, 1, 0, 0], [1, 0, 0, 1, 0]]}


def read(reader: Reader, *messages: Mapping[str, object]) -> list[Point]:
    return [point for message in messages for point in reader.read(orjson.dumps(message))]


def test_points_come_with_their_strokes() -> None:
    """The first point is the origin; after a lift the next is on another stroke; the end is no point."""
    reader = Reader(CALL)
    messages = [
        START,
        {"type": "points", "stroke5": [[1, 2, 1, 0, 0], [1, 0, 0, 1, 0]]},
        {"type": "points", "stroke5": [[5, 5, 1, 0, 0], [0, 0, 0, 0, 1]]},
    ]
    points = [point for message in messages for point in reader.read(orjson.dumps(message))]
    assert points == [Point(0, 0, 0), Point(0, 1, 2), Point(0, 2, 2), Point(1, 7, 7)]
    assert not reader.over
    assert list(reader.read(b'{"type": "end", "reason": "finished"}')) == []
    assert reader.over


def test_a_drawing_that_fails_says_why() -> None:
    """The problem of the last message is raised."""
    problem = {"title": "Shutting down", "status": 503, "detail": "The service is shutting down."}
    with pytest.raises(Busy, match="shutting down"):
        list(Reader(CALL).read(orjson.dumps({"type": "end", "reason": "error", "problem": problem})))


@pytest.mark.parametrize(
    "message", ["hello", "[]", "{}", '{"type": "start"}', '{"type": "points", "stroke5": [[1]]}', '{"problem": 1}']
)
def test_what_is_no_message_is_said(message: str) -> None:
    """Another WebSocket may be at the address."""
    with pytest.raises(Unreachable, match="not as Inkstream does"):
        list(Reader(CALL).read(message))


def test_a_lost_drawing_goes_on() -> None:
    """Its rest is asked for by all that made it; the points after it are on the strokes that they were on."""
    reader = Reader(CALL)
    assert reader.call == CALL
    assert len(read(reader, START, ROWS)) == 3
    rest = reader.call
    assert rest.path == "/draw/cat"
    assert rest.query == {
        "seed": "7",
        "pace": "60",
        "system": "small",
        "temp_xy": "0.4",
        "temp_p": "0.5",
        "resume": "2",
        "checkpoint": "c0ffee00",
    }
    assert read(reader, {**START, "resume": 2}, ROWS) == [Point(1, 3, 4), Point(1, 4, 4)]
    with pytest.raises(Unreachable, match="another network"):
        read(reader, {**START, "resume": 0})


def test_a_service_too_busy_to_begin_is_asked_again() -> None:
    """When it says and as often as with any other call, unless that is much later; not once a drawing failed."""
    document = {"title": "Too late", "status": 503}
    patience = Patience(Reader(CALL), retries=2)
    assert [patience.wait(Busy(document, 7)) for _ in range(3)] == [7, 7, None]
    assert Patience(Reader(CALL), retries=2).wait(Busy(document, 60)) is None
    assert Patience(Reader(CALL), retries=0).wait(Busy(document, 1)) is None
    reader = Reader(CALL)
    patience = Patience(reader, retries=2)
    read(reader, START)
    with pytest.raises(Busy) as failed:
        read(reader, {"type": "end", "reason": "error", "problem": document})
    assert patience.wait(failed.value) is None


def test_patience_ends() -> None:
    """Each wait is longer, by and large, up to half a minute in all; what came meanwhile begins it anew."""
    reader, lost = Reader(CALL), Unreachable("lost")
    patience = Patience(reader, retries=2)
    assert patience.wait(lost) is None, "nothing came yet"
    read(reader, START)
    waits = []
    while (wait := patience.wait(lost)) is not None:
        waits.append(wait)
    assert waits[0] < 0.5 < waits[3]
    assert PATIENCE <= sum(waits) < 2 * PATIENCE
    read(reader, ROWS)
    assert patience.wait(lost) is not None
    assert patience.wait(Problem({"title": "No such category", "status": 404})) is None
    assert Patience(reader, retries=0).wait(lost) is None


@pytest.mark.parametrize(
    ("base", "found"),
    [
        ("http://localhost:8000", "ws://localhost:8000/ws/draw/cat?seed=1"),
        ("https://example.org/ink/", "wss://example.org/ink/ws/draw/cat?seed=1"),
    ],
)
def test_the_address_is_beside_the_others(base: str, found: str) -> None:
    """Encrypted where the service is, and below the same path."""
    assert address(base, calls.draw("cat", seed=1)) == found
