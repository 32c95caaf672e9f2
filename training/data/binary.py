"""Google's binary form of the simplified drawings: `.bin`, records end to end, little-endian.

A record is key (8 bytes), country (2 letters), recognized (1), time (4, seconds since 1970), number of strokes (2), and
for each stroke its number of points (2), their x (1 each) and their y (1 each). There is no header and no mark between
records, so after a bad one nothing can be read. Format: googlecreativelab/quickdraw-dataset, "Binary files".
"""

import struct
from functools import partial
from typing import BinaryIO

import numpy as np

from model.strokes import from_polylines
from training.data.sketch import Records, Sketch

HEAD = struct.Struct("<Q2sbIH")
COUNT = struct.Struct("<H")


def looks_binary(beginning: bytes) -> bool:
    """Whether a file that begins so is one: an honest country and flag, where neither text nor an archive has them."""
    if len(beginning) < HEAD.size:
        return False
    _, country, recognized, _, strokes = HEAD.unpack_from(beginning)
    return country.isalpha() and country.isupper() and recognized in (0, 1) and strokes > 0


def records(file: BinaryIO, word: str) -> Records:
    """A record for each drawing of a category. Raises EOFError when the file ends inside one."""
    number = 0
    while head := file.read(HEAD.size):
        number += 1
        try:
            key, _, recognized, _, strokes = HEAD.unpack(head)
            drawing = [_stroke(file) for _ in range(strokes)]
        except (struct.error, ValueError) as error:
            raise EOFError(f"drawing {number} is cut off") from error
        yield f"drawing {number}", partial(_sketch, word, drawing, recognized, key)


def _stroke(file: BinaryIO) -> bytes:
    """The x of a stroke's points, then the y."""
    (points,) = COUNT.unpack(file.read(COUNT.size))
    numbers = file.read(2 * points)
    if len(numbers) != 2 * points:
        raise ValueError("fewer numbers than points")
    return numbers


def _sketch(word: str, drawing: list[bytes], recognized: int, key: int) -> Sketch:
    strokes = [np.frombuffer(numbers, np.uint8).reshape(2, -1).T for numbers in drawing]
    return Sketch(word, from_polylines(strokes), bool(recognized), str(key))
