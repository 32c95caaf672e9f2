"""Quick, Draw! drawings as JSON, one object a line: simplified, or raw with the time of each point.

Format: https://github.com/googlecreativelab/quickdraw-dataset, "Simplified Drawing files" and "The raw moderated
dataset". A simplified drawing is taken as it stands; a raw one, told by the third list of its strokes, is simplified.
"""

import codecs
import json
import re
from collections.abc import Iterator
from functools import partial
from io import IncrementalNewlineDecoder
from typing import Any, BinaryIO

import numpy as np

from model.errors import DrawingError
from model.simplify import Points
from model.strokes import from_polylines
from training.data.simplify_lines import as_dataset
from training.data.sketch import BAD_RECORD, Records, Sketch
from training.data.source import beginning, encoding_of

FORM = "a stroke is a list of x and a list of y, and perhaps one of times"
LINE = 'every line is one drawing, as {"word": ..., "drawing": [...]}'
BLOCK = 1 << 18  # bytes that are decoded together
BLANK = " \t\r"
_NO_UTF8 = re.compile("[\udc80-\udcff]")


def records(file: BinaryIO) -> Records:
    """A record for each line that is not blank, whatever ends lines, in UTF-8, UTF-16 or UTF-32."""
    for number, line in enumerate(_lines(file), start=1):
        if line.strip(BLANK):
            yield f"line {number}", partial(_sketch, line)


def begins_raw(file: BinaryIO) -> bool:
    """Whether the first line that is not blank holds a raw drawing."""
    line = next((line for line in _lines(file) if line.strip(BLANK)), "")
    try:
        return _is_raw(json.loads(line)["drawing"])
    except BAD_RECORD:
        return False


def _lines(file: BinaryIO) -> Iterator[str]:
    encoding = encoding_of(beginning(file))
    errors = "surrogateescape" if encoding.startswith("utf-8") else "replace"  # the others do not know the first
    decoder = IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    rest = ""
    while block := file.read(BLOCK):
        *lines, rest = (rest + decoder.decode(block)).split("\n")
        yield from lines
    yield from (rest + decoder.decode(b"", final=True)).split("\n")


def _sketch(line: str) -> Sketch:
    _check_text(line)
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DrawingError(f"not JSON ({error.msg} at column {error.colno}); {LINE}") from error
    if not isinstance(record, dict):
        raise DrawingError(f"not an object; {LINE}")
    drawing = record["drawing"]
    if not isinstance(drawing, list):
        raise DrawingError("its 'drawing' is no list of strokes")
    strokes = [_points(stroke) for stroke in drawing]
    if len({len(stroke) for stroke in drawing}) > 1:
        raise DrawingError("some of its strokes have times, and some have none")
    recognized = record.get("recognized")
    key = record.get("key_id")
    return Sketch(
        word=str(record.get("word", "")),
        stroke5=from_polylines(as_dataset(strokes) if _is_raw(drawing) else strokes),
        recognized=None if recognized is None else bool(recognized),
        key_id=None if key is None else str(key),
    )


def _check_text(line: str) -> None:
    """Raises DrawingError for a byte that is no UTF-8, which `_lines` lets through as a lone surrogate."""
    foreign = None if line.isascii() else _NO_UTF8.search(line)
    if foreign:
        byte = ord(foreign[0]) - 0xDC00
        raise DrawingError(
            f"byte 0x{byte:02x} at column {foreign.start() + 1} is no UTF-8; the file may be in Latin-1 or "
            "Windows-1252: convert it first (iconv -f WINDOWS-1252 -t UTF-8)"
        )


def _points(stroke: Any) -> Points:  # noqa: ANN401 - whatever stands in the file
    """Points [m, 2] of a stroke. Raises DrawingError for a form that is not known, so that none is misread."""
    if not (isinstance(stroke, list) and len(stroke) in (2, 3) and all(isinstance(axis, list) for axis in stroke)):
        raise DrawingError(FORM)
    if len({len(axis) for axis in stroke}) > 1:
        raise DrawingError(f"{FORM}, of one length")
    numbers = np.array(stroke)
    if numbers.size and numbers.dtype.kind not in "iuf":
        raise DrawingError(f"{FORM}, of numbers")
    if len(numbers) == 3 and (np.diff(numbers[2]) < 0).any():
        raise DrawingError(
            "the times of a stroke go back; points given as [x, y] each have to be turned into lists first"
        )
    return numbers[:2].T.astype(np.float64)


def _is_raw(drawing: list[Any]) -> bool:
    return any(len(stroke) == 3 for stroke in drawing)
