"""Quick, Draw! drawings as JSON, one object a line: simplified, or raw with the time of each point.

Format: https://github.com/googlecreativelab/quickdraw-dataset, "Simplified Drawing files" and "The raw moderated
dataset". A simplified drawing is taken as it stands; a raw one, told by the third list of its strokes, is simplified.
"""

import json
from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from model.errors import DrawingError
from model.strokes import from_polylines
from training.data.simplify_lines import as_dataset
from training.data.sketch import BAD_RECORD, Records, Sketch


def records(lines: Iterable[bytes]) -> Records:
    """A record for each line that is not blank."""
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield f"line {number}", partial(_sketch, line)


def begins_raw(lines: Iterable[bytes]) -> bool:
    """Whether the first line that is not blank holds a raw drawing."""
    line = next((line for line in lines if line.strip()), b"")
    try:
        return _is_raw(json.loads(line))
    except BAD_RECORD:
        return False


def _sketch(line: bytes) -> Sketch:
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise DrawingError(f"not JSON ({error.msg} at column {error.colno})") from error
    strokes = [np.array([stroke[0], stroke[1]], dtype=np.float64).T for stroke in record["drawing"]]
    recognized = record.get("recognized")
    key = record.get("key_id")
    return Sketch(
        word=str(record.get("word", "")),
        stroke5=from_polylines(as_dataset(strokes) if _is_raw(record) else strokes),
        recognized=None if recognized is None else bool(recognized),
        key_id=None if key is None else str(key),
    )


def _is_raw(record: dict[str, Any]) -> bool:
    return any(len(stroke) == 3 for stroke in record["drawing"])
