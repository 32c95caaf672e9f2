"""Drawings of many categories packed into two small files, which travel to a far machine and are read in seconds.

    names.json         names of the categories, in order of their numbers
    real.small.npz     real drawings, of which `split` says 0 for training and 1 for validation
    teach.small.npz    drawings for training alone, if there are any

Columns, each compressed by itself (xz, about 1.8 bytes a point together): `x`, `y` are moves to each point as whole
numbers, positive and negative ones in turn (zigzag), their low eight bits, and `xhigh`, `yhigh` the ninth; `lift` says
whether the pen lifts after a point; `length` counts the points of each drawing, of which the first lies anywhere;
`category` is its number. Plain `real.npz` and `teach*.npz` are read, too: `points` (x, y, lift) [N, 3] end to end,
`starts`, `category` and `split`.
"""

import json
import lzma
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from model.files import write_whole
from model.names import match_key
from training.data.collection import Collection
from training.data.corpus import Corpus
from training.data.left_out import LeftOut, too_long
from training.data.packed_columns import compressed, read
from training.errors import DataError

NAMES = "names.json"
REAL, TEACH = "real", "teach"
TRAIN, VALID = 0, 1
DAMAGED = (OSError, ValueError, KeyError, TypeError, IndexError, lzma.LZMAError, zipfile.BadZipFile, RuntimeError)


def is_packed(folder: Path) -> bool:
    """Whether a folder is one of packed drawings."""
    return (folder / NAMES).is_file()


def write_packed(folder: Path, collection: Collection) -> None:
    """Pack a collection. Raises DataError for drawings that do not fit, or a disk that is full."""
    train, valid, real = collection.train, collection.valid, collection.real
    split = np.repeat(np.array([TRAIN, VALID], np.int8), [real, len(valid)])
    content = {REAL: compressed(_joined([_part(train, 0, real), valid]), split)}
    if len(train) > real:
        content[TEACH] = compressed(_part(train, real, len(train)))
    others = [path.name for name in (REAL, TEACH) for path in _files(folder, name) if path.name != f"{name}.small.npz"]
    if others:
        raise DataError(f"{folder} holds other packed drawings: {', '.join(others)}")
    try:
        for former in (NAMES, f"{TEACH}.small.npz"):  # a folder without names counts for nothing, if this is killed
            (folder / former).unlink(missing_ok=True)
        for name, columns in content.items():
            write_whole(folder / f"{name}.small.npz", columns)
        write_whole(folder / NAMES, json.dumps(list(collection.names)).encode())
    except OSError as error:
        raise DataError(f"{folder} could not be written: {error.strerror or error}") from error


def read_packed(
    folder: Path, *, max_points: int, most_valid: int | None = None, left_out: Sequence[str] = ()
) -> Collection:
    """The collection of a packed folder, drawings of more than `max_points` rows left out.

    `left_out`: categories, by any spelling, whose drawings for training alone are left out; `most_valid`: about how
    many are kept for validation. Raises DataError where files are missing or damaged.
    """
    try:
        names = json.loads((folder / NAMES).read_text())
        real, split = _read(_only(folder, REAL))
        if split is None or not len(real):
            raise ValueError("its real drawings have no split")
        extra = [_read(path)[0] for path in _files(folder, TEACH)]
        for corpus in (real, *extra):
            if len(corpus) and not 0 <= corpus.category.min() <= corpus.category.max() < len(names):
                raise ValueError("a drawing is of a category without a name")
    except DAMAGED as error:
        raise DataError(f"{folder} does not hold packed drawings: {error}") from error
    short, long = _fits(real, max_points), LeftOut()
    for corpus in (real, *extra):
        long.add(too_long(max_points), int((corpus.lengths > max_points).sum()))
    long.tell()
    trained = _some(real, short & (split == TRAIN))
    held_out = np.flatnonzero(short & (split == VALID))
    if not len(held_out) or not len(trained):
        raise DataError(
            f"{folder} holds no drawings for training, or none for validation, of {max_points} rows at most"
            f"{long.besides()}"
        )
    valid = _some(real, held_out[:: max(1, len(held_out) // most_valid) if most_valid else 1])
    out = [i for i, name in enumerate(names) if match_key(name) in set(map(match_key, left_out))]
    more = [_some(part, _fits(part, max_points) & ~np.isin(part.category, out)) for part in extra]
    train = _joined([trained, *more])
    return Collection(tuple(names), train, valid, len(trained), len(train) - len(trained), long)


def _fits(corpus: Corpus, max_points: int) -> NDArray[np.bool_]:
    """Which drawings [M] have a move and are not too long, as in `training.data.collection`."""
    return (corpus.lengths > 1) & (corpus.lengths <= max_points)


def _files(folder: Path, name: str) -> list[Path]:
    return sorted(folder.glob(f"{name}*.npz"))


def _read(path: Path) -> tuple[Corpus, NDArray[np.int8] | None]:
    with path.open("rb") as file:
        return read(file)


def _only(folder: Path, name: str) -> Path:
    found = _files(folder, name)
    if len(found) != 1:
        raise ValueError(f"it needs one file {name}.small.npz or {name}.npz")
    return found[0]


def _some(corpus: Corpus, which: NDArray[Any]) -> Corpus:
    """Drawings picked out by number or by a mask."""
    numbers = np.flatnonzero(which) if which.dtype == bool else which
    lengths = corpus.lengths[numbers]
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.repeat(corpus.starts[numbers] - starts[:-1], lengths) + np.arange(starts[-1])
    return Corpus(corpus.rows[rows], starts, corpus.category[numbers])


def _part(corpus: Corpus, first: int, after: int) -> Corpus:
    """Drawings from one number to before another, without a copy."""
    starts = corpus.starts[first : after + 1]
    return Corpus(corpus.rows[starts[0] : starts[-1]], starts - starts[0], corpus.category[first:after])


def _joined(corpora: Sequence[Corpus]) -> Corpus:
    """The drawings of several corpora, each with its category."""
    lengths = np.concatenate([corpus.lengths for corpus in corpora])
    return Corpus(
        np.concatenate([corpus.rows for corpus in corpora]),
        np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        np.concatenate([corpus.category for corpus in corpora]),
    )
