"""A ready drawing as bytes: its rows bit for bit, and its SVG.

Little-endian: magic, version, CRC-32 of all that follows it, flags, seed, number of rows before the end row; then their
`dx, dy` as float32, one bit for each that is 1 where the pen lifts, and the SVG, deflated. Every drawing ends with the
end row, so it is left out. A change here, or of the SVG that a drawing has by default, needs another VERSION:
the service never reads pools of another one.
"""

import struct
import zlib
from dataclasses import dataclass

import numpy as np

from app.errors import UnreadableEntry
from model.drawing import Drawing
from model.strokes import END_ROW, Array, points_of

VERSION = 2
MAGIC = b"IK"
PREFIX = struct.Struct("<2sBI")  # magic, version, checksum
FACTS = struct.Struct("<BQI")  # flags, seed, rows
ENDED = 1  # flag: the network ended the drawing
MOVE = np.dtype("<f4")


@dataclass(frozen=True, slots=True)
class ReadyDrawing:
    """A ready drawing: its seed, its SVG with all options at their defaults, and its rows as they lie in the entry."""

    seed: int
    ended: bool
    svg: bytes
    moves: bytes  # float32 [T - 1, 2]
    lifts: bytes  # a bit for each of them

    def drawing(self) -> Drawing:
        """The drawing itself."""
        moves = np.frombuffer(self.moves, MOVE).reshape(-1, 2)
        lifts = np.unpackbits(np.frombuffer(self.lifts, np.uint8), count=len(moves))
        rows: Array = np.zeros((len(moves) + 1, 5), np.float32)
        rows[:-1, :2], rows[:-1, 2], rows[:-1, 3] = moves, 1 - lifts, lifts
        rows[-1] = END_ROW
        return Drawing(self.seed, rows, self.ended)


def ready_drawing(drawing: Drawing, svg: bytes) -> ReadyDrawing:
    """A drawing whose rows are valid stroke-5 with one end row, and its SVG."""
    rows = drawing.stroke5[:-1]
    assert points_of(drawing.stroke5) == len(rows)
    lifts = np.packbits(rows[:, 3] == 1)
    return ReadyDrawing(drawing.seed, drawing.ended, svg, rows[:, :2].astype(MOVE).tobytes(), lifts.tobytes())


def to_entry(ready: ReadyDrawing) -> bytes:
    """The drawing as the bytes of an entry."""
    rows = len(ready.moves) // (2 * MOVE.itemsize)
    body = FACTS.pack(ENDED * ready.ended, ready.seed, rows) + ready.moves + ready.lifts + zlib.compress(ready.svg)
    return PREFIX.pack(MAGIC, VERSION, zlib.crc32(body)) + body


def from_entry(entry: bytes) -> ReadyDrawing:
    """The drawing of an entry. Raises UnreadableEntry where the bytes are damaged, or no entry of this version."""
    try:
        magic, version, checksum = PREFIX.unpack_from(entry)
        if (magic, version) != (MAGIC, VERSION):
            raise UnreadableEntry(f"an entry begins with {entry[:3]!r}")
        body = memoryview(entry)[PREFIX.size :]
        if zlib.crc32(body) != checksum:
            raise UnreadableEntry("an entry is damaged")
        flags, seed, rows = FACTS.unpack_from(body)
        lifts = FACTS.size + rows * 2 * MOVE.itemsize
        svg = lifts + (rows + 7) // 8
        return ReadyDrawing(
            seed,
            bool(flags & ENDED),
            zlib.decompress(body[svg:]),
            bytes(body[FACTS.size : lifts]),
            bytes(body[lifts:svg]),
        )
    except (struct.error, zlib.error) as error:
        raise UnreadableEntry(f"an entry is cut off or damaged: {error}") from None
