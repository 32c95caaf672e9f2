"""One file of packed drawings (`training.data.packed`): a corpus as compressed columns, and back."""

import io
import lzma
from collections.abc import Mapping
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from model.strokes import END, LIFT
from training.data.corpus import Corpus
from training.errors import DataError

FILTERS = [{"id": lzma.FILTER_LZMA2, "preset": 6, "lc": 0, "lp": 0, "pb": 0}]
MOST_POINTS = 255  # of a drawing: its length is a byte
FARTHEST = 255  # pixels of a move along an axis, which has nine bits with its sign

Column = NDArray[Any]
Integers = NDArray[np.int64]


def compressed(corpus: Corpus, split: NDArray[np.int8] | None = None) -> bytes:
    """The file of a corpus, with the split of each drawing. Raises DataError for drawings that do not fit."""
    points = np.roll(corpus.rows[:, :4], 1, axis=0)  # a row is the move to the next point; end rows move nowhere
    moves = points[:, :2].astype(np.int64)
    if (moves != points[:, :2]).any() or np.abs(moves).max(initial=0) > FARTHEST:
        raise DataError(f"only drawings of whole numbers in a box of {FARTHEST} pixels can be packed")
    if corpus.lengths.max(initial=0) > MOST_POINTS:
        raise DataError(f"only drawings of at most {MOST_POINTS} points can be packed")
    zigzag = np.where(moves >= 0, 2 * moves, -2 * moves - 1)
    columns: dict[str, Column] = {}
    for axis, name in enumerate("xy"):
        columns[name] = (zigzag[:, axis] & 255).astype(np.uint8)
        columns[f"{name}high"] = np.packbits(zigzag[:, axis] > 255)
    columns["lift"] = np.packbits(points[:, 2 + LIFT] == 1)
    columns["length"] = corpus.lengths.astype(np.uint8)
    columns["category"] = corpus.category.astype(np.int16)
    if split is not None:
        columns["split"] = split
    file = io.BytesIO()
    packed: dict[str, Any] = {name: np.frombuffer(_xz(column.tobytes()), np.uint8) for name, column in columns.items()}
    np.savez(file, N=np.array(len(moves)), **packed)
    return file.getvalue()


def read(file: IO[bytes]) -> tuple[Corpus, NDArray[np.int8] | None]:
    """The drawings of an open file, compressed or plain, and the split of each where it says so.

    Raises what numpy, zipfile and lzma raise for a damaged file, and ValueError for columns that do not fit together.
    """
    with np.load(file) as members:
        columns = dict(members)
    split: NDArray[np.int8] | None
    if "points" in columns:  # plain
        points, starts = columns["points"].astype(np.int64), columns["starts"].astype(np.int64)
        lengths, lift, category = np.diff(starts), points[:, 2], columns["category"]
        moves, split = np.diff(points[:, :2], axis=0, prepend=0), columns.get("split")
    else:
        lengths = _column(columns, "length", np.uint8).astype(np.int64)
        count = int(columns["N"])
        moves = np.stack([_moves(columns, name, count) for name in "xy"], axis=1)
        lift = np.unpackbits(_column(columns, "lift", np.uint8), count=count)
        category = _column(columns, "category", np.int16)
        split = _column(columns, "split", np.int8) if "split" in columns else None
    many = {len(lengths), len(category), len(lengths if split is None else split)}
    if len(many) > 1 or lengths.min(initial=1) < 1 or not lengths.sum() == len(moves) == len(lift):
        raise ValueError("its columns have different lengths")
    return _corpus(moves, lift, lengths, category.astype(np.int64)), split


def _corpus(moves: Integers, lift: Column, lengths: Integers, category: Integers) -> Corpus:
    """Of what leads to each point [N, 2] and whether the pen lifts after it [N]."""
    starts = np.concatenate([[0], np.cumsum(lengths)])
    moves[starts[:-1]] = 0
    dots = np.flatnonzero(lift[starts[:-1]])  # a dot to begin with is a move of no length (`model.strokes`)
    moves = np.insert(moves, starts[dots], 0, axis=0)
    lift = np.insert(lift, starts[dots], 0)
    lengths = lengths + np.bincount(dots, minlength=len(lengths))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    rows = np.zeros((len(moves), 5), np.float32)
    rows[:-1, :2], rows[:-1, 2 + LIFT] = moves[1:], lift[1:]
    rows[starts[1:] - 1, 2 + END] = 1
    rows[:, 2] = 1 - rows[:, 2 + LIFT] - rows[:, 2 + END]
    return Corpus(rows, starts, category)


def _xz(content: bytes) -> bytes:
    return lzma.compress(content, format=lzma.FORMAT_XZ, filters=FILTERS)


def _column(columns: Mapping[str, Column], name: str, kind: type[np.generic]) -> Column:
    return np.frombuffer(lzma.decompress(columns[name].tobytes()), kind)


def _moves(columns: Mapping[str, Column], name: str, count: int) -> Integers:
    high = np.unpackbits(_column(columns, f"{name}high", np.uint8), count=count)
    zigzag = _column(columns, name, np.uint8).astype(np.int64) + 256 * high.astype(np.int64)
    return np.where(zigzag & 1, -(zigzag + 1) // 2, zigzag // 2)
