"""Messages of a WebSocket as points."""

import orjson
import pytest

from inkstream import calls
from inkstream.errors import Busy
from inkstream.live import Point, Reader, address


def test_points_come_with_their_strokes() -> None:
    """The first point is the origin; after a lift the next is on another stroke; the end is no point."""
    reader = Reader()
    messages = [
        {"type": "start", "category": "cat"},
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
        list(Reader().read(orjson.dumps({"type": "end", "reason": "error", "problem": problem})))


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
