"""Many drawings in a few flat arrays, and length-bucketed batches of them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.strokes import END_ROW, START_ROW, Array
from training.errors import DataError

CHUNK = 1 << 20  # rows that are looked at together where rows may be more than memory holds
POOL = 50  # batches that are sorted by length together: padding stays under 2 %, order stays nearly random


@dataclass(frozen=True)
class Corpus:
    """M drawings: `rows` [N, 5] end to end (end rows included), `starts` [M + 1] into them, `category` [M]."""

    rows: Array
    starts: NDArray[np.int64]
    category: NDArray[np.int64]

    @classmethod
    def of(cls, drawings: Sequence[Array], category: Sequence[int] | None = None) -> "Corpus":
        """From stroke-5 drawings [T, 5] each. Raises DataError when there are none."""
        if not drawings:
            raise DataError("no drawings to train on or to score")
        lengths = [len(drawing) for drawing in drawings]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
        numbers = np.zeros(len(drawings), np.int64) if category is None else np.asarray(category, np.int64)
        return cls(np.concatenate(drawings).astype(np.float32), starts, numbers)

    @classmethod
    def joined(cls, corpora: Sequence["Corpus"]) -> "Corpus":
        """All drawings of some corpora in that order; the category is the number of each one's corpus."""
        begins = np.cumsum([0, *(len(corpus.rows) for corpus in corpora)])
        starts = [corpus.starts[:-1] + begin for corpus, begin in zip(corpora, begins, strict=False)]
        category = np.repeat(np.arange(len(corpora)), [len(corpus) for corpus in corpora])
        return cls(
            np.concatenate([corpus.rows for corpus in corpora]), np.concatenate([*starts, begins[-1:]]), category
        )

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Rows of each drawing, end row included: [M]."""
        return np.diff(self.starts)

    @property
    def points(self) -> int:
        """Real moves of all drawings."""
        return len(self.rows) - len(self)

    def drawing(self, number: int) -> Array:
        """The rows [T, 5] of one drawing, end row included."""
        return self.rows[self.starts[number] : self.starts[number + 1]]

    def offset_moments(self) -> tuple[Array, Array]:
        """Mean [2] and standard deviation [2] of the moves, in pixels, per axis."""
        sums, count = np.zeros((2, 2)), 0
        for start in range(0, len(self.rows), CHUNK):
            rows = self.rows[start : start + CHUNK]
            moves = rows[rows[:, 4] == 0, :2].astype(np.float64)
            sums += [moves.sum(axis=0), (moves**2).sum(axis=0)]
            count += len(moves)
        if not count:
            raise DataError("the drawings have no moves")
        mean, square = sums / count
        std = np.sqrt(np.maximum(square - mean**2, 0))
        return mean.astype(np.float32), np.where(std > 0, std, 1.0).astype(np.float32)

    def batch(self, which: NDArray[np.int64]) -> Tensor:
        """Padded rows [n, 1 + T, 5] of some drawings: start token, rows, and end rows as padding."""
        starts, lengths = self.starts[which], self.lengths[which]
        time = np.arange(lengths.max())
        index = np.minimum(starts[:, None] + time, len(self.rows) - 1)
        rows = np.empty((len(which), len(time) + 1, 5), np.float32)
        rows[:, 0] = START_ROW
        rows[:, 1:] = np.where((time < lengths[:, None])[..., None], self.rows[index], END_ROW)
        return torch.from_numpy(rows)


def batches(corpus: Corpus, size: int, rng: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    """One epoch of drawing numbers in batches of at most `size` drawings of about one length, in random order."""
    order = rng.permutation(len(corpus))
    lengths = corpus.lengths
    chunks = []
    for start in range(0, len(order), POOL * size):
        pool = order[start : start + POOL * size]
        pool = pool[np.argsort(lengths[pool], kind="stable")]
        chunks += [pool[i : i + size] for i in range(0, len(pool), size)]
    for i in rng.permutation(len(chunks)):
        yield chunks[i]


def in_order(corpus: Corpus, size: int) -> Iterator[NDArray[np.int64]]:
    """Every drawing once, in batches of like length, shortest first: for scoring."""
    order = np.argsort(corpus.lengths, kind="stable")
    for start in range(0, len(order), size):
        yield order[start : start + size]
