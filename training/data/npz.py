"""sketch-rnn's `.npz`: stroke-3 rows (dx, dy, pen lifts after this point) as int16, an array for each drawing.

Seen in two layouts: members `train`, `valid` and `test` (Google's own), or one member `sketches`. Any name will do
here: every member that holds stroke-3 is read, in the file's order, and members of plain numbers are passed over.
The drawings have a scale of their own, at which they were simplified.
"""

import pickle
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from model.errors import DrawingError
from model.strokes import END_ROW, Array, from_polylines, to_polylines
from training.data.simplify_lines import as_dataset
from training.data.sketch import Records, Sketch
from training.data.source import NAMED, is_debris
from training.data.unpickle import load_arrays
from training.errors import DataError

HEADERS = {(1, 0): npy.read_array_header_1_0, (2, 0): npy.read_array_header_2_0}
COLUMNS = 3


def records(file: BinaryIO, path: Path, word: str) -> Records:
    """A record for each drawing of each member. Raises DataError when no member holds drawings."""
    found = False
    with zipfile.ZipFile(file) as archive:
        names = [name for name in archive.namelist() if not _is_debris(Path(name))]
        if not any(name.endswith(".npy") for name in names):
            raise DataError(f"{path} is an archive, and no .npz ({', '.join(names[:NAMED])}): unpack it first")
        for name in names:
            for number, rows in enumerate(_drawings(archive, name, path), start=1):
                found = True
                yield f"{name.removesuffix('.npy')}, drawing {number}", partial(_sketch, rows, word)
    if not found:
        raise DataError(f"{path} holds no stroke-3 drawings")


def _is_debris(path: Path) -> bool:
    return any(map(is_debris, (path, *path.parents[:-1])))


def _drawings(archive: zipfile.ZipFile, name: str, path: Path) -> Iterator[NDArray[Any]]:
    """The arrays of one member that holds some; none of a member of plain numbers."""
    try:
        with archive.open(name) as member:
            shape, _, dtype = HEADERS[npy.read_magic(member)](member)
            if dtype.hasobject:
                yield from load_arrays(member)
            elif len(shape) == 3 and shape[2] == COLUMNS:  # all drawings have one length
                member.seek(0)
                yield from npy.read_array(member, allow_pickle=False)
    except (
        pickle.UnpicklingError,
        ValueError,
        KeyError,
        RuntimeError,  # an archive with a password; NotImplementedError is one: another method of compression
    ) as error:
        raise DataError(f"{path}, {name}: {error}") from error


def _sketch(rows: NDArray[Any], word: str) -> Sketch:
    strokes = to_polylines(_stroke5(rows))
    return Sketch(word, from_polylines(as_dataset(strokes, simplified=True)))


def _stroke5(rows: NDArray[Any]) -> Array:
    """Stroke-5 of stroke-3 rows [T, 3] at the same scale. Raises DrawingError when they are none."""
    if rows.ndim != 2 or rows.shape[1] != COLUMNS or not len(rows):
        raise DrawingError(f"stroke-3 rows have 3 numbers each, not shape {rows.shape}")
    lifts = rows[:, 2]
    if not np.isin(lifts, (0, 1)).all():
        raise DrawingError("the pen of stroke-3 rows is 0 or 1")
    stroke5 = np.zeros((len(rows) + 1, 5), np.float32)
    stroke5[:-1, :2], stroke5[:-1, 2], stroke5[:-1, 3] = rows[:, :2], 1 - lifts, lifts
    stroke5[-1] = END_ROW
    return stroke5
