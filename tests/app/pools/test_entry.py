import hashlib
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import UnreadableEntry
from app.pools import entry as pool_entry
from app.pools.entry import VERSION, ReadyDrawing, from_entry, ready_drawing, to_entry
from model.drawing import Drawing
from model.picture.svg import to_svg
from model.strokes import from_polylines

FLOATS = st.floats(width=32, allow_nan=False, allow_infinity=False)
MOVES = st.lists(st.tuples(FLOATS, FLOATS, st.booleans()), max_size=40)


def drawing(moves: list[tuple[float, float, bool]], seed: int = 7, *, ended: bool = True) -> Drawing:
    rows = [[x, y, not lifts, lifts, 0] for x, y, lifts in moves]
    return Drawing(seed, np.array([*rows, [0, 0, 0, 0, 1]], np.float32), ended)


@given(MOVES, st.integers(0, 2**64 - 1), st.booleans(), st.binary(max_size=200))
def test_a_drawing_comes_back_bit_for_bit(
    moves: list[tuple[float, float, bool]], seed: int, ended: bool, svg: bytes
) -> None:
    """Its rows, minus zeros and the smallest numbers included, its seed, how it ended, and its SVG."""
    put = drawing(moves, seed, ended=ended)
    entry = from_entry(to_entry(ready_drawing(put, svg)))
    got = entry.drawing()
    assert got.stroke5.tobytes() == put.stroke5.tobytes()
    assert (got.stroke5.dtype, got.stroke5.shape) == (put.stroke5.dtype, put.stroke5.shape)
    assert (got.seed, got.ended, entry.svg) == (seed, ended, svg)


def test_an_entry_is_compact() -> None:
    """Eight bytes and a bit for each row, and an SVG that is deflated."""
    put = drawing([(1.5, 2.5, i % 9 == 0) for i in range(64)])
    svg = to_svg(put.stroke5).encode()
    assert len(to_entry(ready_drawing(put, svg))) == 7 + 13 + 64 * 8 + 8 + len(zlib.compress(svg))


@given(st.data())
def test_a_damaged_entry_is_never_taken_for_a_drawing(data: st.DataObject) -> None:
    """Whichever byte is another, wherever it is cut off, whatever follows: it is refused."""
    entry = to_entry(ready_drawing(drawing([(1, 2, False), (3, 4, True)]), b"<svg/>"))
    at = data.draw(st.integers(0, len(entry) - 1))
    flip = data.draw(st.integers(1, 255))
    for broken in (entry[:at] + bytes([entry[at] ^ flip]) + entry[at + 1 :], entry[:at], entry + b"\0"):
        with pytest.raises(UnreadableEntry):
            from_entry(broken)


@given(st.binary(max_size=100))
def test_garbage_is_refused(garbage: bytes) -> None:
    """Bytes that nobody encoded are an error of ours, not of struct or zlib, even with our beginning."""
    for entry in (garbage, b"IK" + bytes([VERSION]) + struct.pack("<I", zlib.crc32(garbage)) + garbage):
        with pytest.raises(UnreadableEntry):
            from_entry(entry)


def test_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry that a newer service wrote is not guessed at."""
    monkeypatch.setattr(pool_entry, "VERSION", VERSION + 1)
    newer = to_entry(ReadyDrawing(7, ended=True, svg=b"<svg/>", moves=b"", lifts=b""))
    monkeypatch.undo()
    with pytest.raises(UnreadableEntry, match="begins with"):
        from_entry(newer)


def test_the_form_of_entries_and_of_their_svg_is_pinned() -> None:
    """Whatever changes the bytes of an entry, or the SVG in it, needs another VERSION: replicas share their pools."""
    put = Drawing(7, from_polylines([[(0, 0), (20, -40), (60, -3)], [(9, 9)]]), ended=True)
    svg = to_svg(put.stroke5, title="penguin, seed 7").encode()
    packed = ready_drawing(put, svg)
    parts = struct.pack("<Q", packed.seed) + packed.moves + packed.lifts + svg
    assert (VERSION, hashlib.sha256(parts).hexdigest()[:16]) == (2, "b28f6669edb44422")
