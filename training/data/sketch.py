"""One drawing of a dataset, whatever the format of its file."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from model.strokes import Array

_ENDINGS = re.compile(r"(\.(full|raw|sketches))?\.(ndjson|bin|npz|svgz?)(\.gz)?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Sketch:
    """One drawing: `stroke5` is [T, 5] float32 in pixels of the 0..255 box, end row included."""

    word: str
    stroke5: Array
    recognized: bool | None = None
    key_id: str | None = None
    fills_left_out: int = 0  # filled shapes beside the strokes of an SVG file
    fills_outlined: int = 0  # filled shapes whose outlines are its strokes, for want of any


# Where a record stands in its file, for people ("line 7"), and what makes its drawing or raises one of BAD_RECORD.
Record = tuple[str, Callable[[], Sketch]]
Records = Iterator[Record]
BAD_RECORD = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError, RecursionError)


def category_of(path: Path) -> str:
    """The category that a file or folder is named after: `cat.ndjson.gz`, `cat.full.npz` and `cat/` are of cats."""
    return _ENDINGS.sub("", path.name)
