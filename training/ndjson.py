"""Quick, Draw! simplified drawings: one JSON object a line, plain or gzip.

Format: https://github.com/googlecreativelab/quickdraw-dataset, "Simplified Drawing files".
"""

import gzip
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from pathlib import Path

import numpy as np

from model.errors import DrawingError
from model.strokes import Array, from_polylines
from training.errors import DataError

log = logging.getLogger(__name__)
GZIP_MAGIC = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Sketch:
    """One drawing of a dataset: `stroke5` is [T, 5] float32 in pixels, end row included."""

    word: str
    stroke5: Array
    recognized: bool | None = None
    key_id: str | None = None


def read_ndjson(path: Path, *, skip_bad: bool = False) -> Iterator[Sketch]:
    """The drawings of one file in order, a line at a time, so that a file may be larger than memory.

    Raises DataError naming file and line at the first bad line; with `skip_bad` bad lines are counted and logged.
    """
    bad = 0
    with _open(path) as lines:
        for number, line in enumerate(_lines(lines, path), start=1):
            if not line.strip():
                continue
            try:
                yield _sketch(line)
            except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
                if not skip_bad:
                    raise DataError(f"{path}, line {number}: {_reason(error)}") from error
                bad += 1
    if bad:
        log.warning("%s: skipped %d bad lines", path, bad)


def _open(path: Path) -> BufferedIOBase:
    try:
        with path.open("rb") as file:
            zipped = file.read(2) == GZIP_MAGIC
        return gzip.open(path, "rb") if zipped else path.open("rb")
    except OSError as error:
        raise DataError(f"{path}: {error.strerror or error}") from error


def _lines(file: BufferedIOBase, path: Path) -> Iterator[bytes]:
    try:
        yield from file
    except (OSError, EOFError) as error:  # gzip: truncated or damaged
        raise DataError(f"{path}: {error}") from error


def _sketch(line: bytes) -> Sketch:
    record = json.loads(line)
    strokes = [np.array([stroke[0], stroke[1]], dtype=np.float64).T for stroke in record["drawing"]]
    recognized = record.get("recognized")
    key = record.get("key_id")
    return Sketch(
        word=str(record.get("word", "")),
        stroke5=from_polylines(strokes),
        recognized=None if recognized is None else bool(recognized),
        key_id=None if key is None else str(key),
    )


def _reason(error: Exception) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON ({error.msg} at column {error.colno})"
    if isinstance(error, DrawingError):
        return str(error)
    if isinstance(error, KeyError):
        return f"no {error.args[0]!r} in the record"
    return f"not a Quick, Draw! record ({error})"
