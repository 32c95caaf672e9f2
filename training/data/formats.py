"""Every format of drawings behind one function. A file is told by its content, not by its name.

| content | what it is | reader |
|---|---|---|
| a folder | a drawing in each of its SVG files | training/data/vector.py |
| gzip | any of those below | |
| zip | sketch-rnn's .npz | training/data/npz.py |
| a key, a country, a flag | Google's binary .bin | training/data/binary.py |
| text that begins with <, in UTF-8 or UTF-16 | one SVG | training/data/vector.py |
| other text | Quick, Draw! ndjson, simplified or raw | training/data/ndjson_reader.py |
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Literal

from model.errors import DrawingError
from training.data import binary, ndjson_reader, npz, vector
from training.data.sketch import BAD_RECORD, Records, Sketch, category_of
from training.data.source import DAMAGED, beginning, encoding_of, opened
from training.errors import DataError

log = logging.getLogger(__name__)

Kind = Literal["ndjson", "raw ndjson", "binary", "npz", "SVG", "folder of SVG"]
ZIP_MAGIC = b"PK\x03\x04"


def read_drawings(path: Path, *, skip_bad: bool = False) -> Iterator[Sketch]:
    """The drawings of a file, or of a folder of SVG files, in order, in pixels of the 0..255 box.

    They are read one by one, so that a file may be larger than memory (of an .npz one member is in memory at a time).
    Raises DataError naming the file, and the line or drawing where there is one, at the first that is none; with
    `skip_bad` such records are counted and logged. A damaged file is an error all the same.
    """
    bad, fills = 0, Fills()
    for place, make in _records(path):
        try:
            sketch = make()
        except BAD_RECORD as error:
            if not skip_bad:
                raise DataError(f"{path}, {place}: {_reason(error)}") from error
            bad += 1
        else:
            fills.add(sketch)
            yield sketch
    fills.tell(path)
    if bad:
        log.warning("%s: skipped %d bad records", path, bad)


def kind_of(path: Path) -> Kind:
    """What a file is. Raises DataError when it is nothing that drawings come in."""
    if path.is_dir():
        return "folder of SVG"
    try:
        with opened(path) as file:
            kind = _kind(path, file)
            return "raw ndjson" if kind == "ndjson" and ndjson_reader.begins_raw(file) else kind
    except DAMAGED as error:
        raise DataError(f"{path}: {error}") from error


def _records(path: Path) -> Records:
    """The records of a file; damage to the file itself as a DataError that names it."""
    word = category_of(path)
    if path.is_dir():
        yield from vector.folder_records(path, word)
        return
    try:
        with opened(path) as file:
            match _kind(path, file):
                case "npz":
                    yield from npz.records(file, path, word)
                case "SVG":
                    yield from vector.records(file, word)
                case "binary":
                    yield from binary.records(file, word)
                case _:
                    yield from ndjson_reader.records(file)
    except DAMAGED as error:
        raise DataError(f"{path}: {error}") from error


def _kind(path: Path, file: BinaryIO) -> Kind:
    start = beginning(file)
    if binary.looks_binary(start):
        return "binary"
    if start.startswith(ZIP_MAGIC):
        return "npz"
    text = start.decode(encoding_of(start), errors="ignore").lstrip("\ufeff").lstrip()
    if "\x00" in text:
        raise DataError(f"{path} is no file of drawings: neither ndjson nor .bin, .npz or SVG")
    return "SVG" if text.startswith("<") else "ndjson"


@dataclass(slots=True)
class Fills:
    """A count of the filled shapes of SVG files, which no pen drew."""

    left_out: int = 0
    outlined: int = 0
    drawings: int = 0  # that have any

    def add(self, sketch: Sketch) -> None:
        """Count those of one drawing."""
        self.left_out += sketch.fills_left_out
        self.outlined += sketch.fills_outlined
        self.drawings += bool(sketch.fills_left_out or sketch.fills_outlined)

    def tell(self, path: Path) -> None:
        """Say how many there were, if any."""
        if self.left_out:
            log.warning(
                "%s: %s without a stroke left out, in %s", path, counted(self.left_out, "filled shape"), self._where()
            )
        if self.outlined:
            log.warning(
                "%s: %s taken by the outline, since no stroke is beside it, in %s; a pen draws lines that are exported "
                "as strokes",
                path,
                counted(self.outlined, "filled shape"),
                self._where(),
            )

    def _where(self) -> str:
        return counted(self.drawings, "drawing")


def counted(number: int, noun: str) -> str:
    """A number of things, in words."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _reason(error: Exception) -> str:
    if isinstance(error, DrawingError):
        return str(error)
    if isinstance(error, KeyError):
        return f"no {error.args[0]!r} in the record"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return f"not a drawing ({error})"
