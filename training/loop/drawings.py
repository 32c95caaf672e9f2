"""Drawings in the memory of a device, from which batches are gathered without asking the host for anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.strokes import START_ROW, Array
from training.data.corpus import Corpus

PENS = 3
REAL, SAMPLED = 0, 1  # where a drawing came from: a person, or a published decoder


@dataclass(frozen=True, slots=True)
class Batch:
    """Drawings as a network reads them, on the device."""

    rows: Tensor  # [n, 1 + T, 5]: start token, rows, and end rows as padding; pixels
    lengths: Tensor  # [n] rows with the end row, without the start token
    category: Tensor  # [n]
    source: Tensor  # [n] REAL or SAMPLED
    points: int  # real moves of them all


@dataclass(frozen=True, slots=True)
class Drawings:
    """M drawings end to end on the device: five bytes a row if their moves are whole pixels, else nine.

    `lengths` [M] are known on the host as well.
    """

    moves: Tensor  # [N, 2] pixels: int16, or float32 where that would lose something
    pens: Tensor  # [N] number of the pen state, uint8
    starts: Tensor  # [M]
    ends: Tensor  # [M]
    category: Tensor  # [M]
    source: Tensor  # [M]
    lengths: NDArray[np.int64]
    first: Tensor  # [1, 1, 5] the start token
    states: Tensor  # [3, 3] the pen states' columns

    @classmethod
    def of(cls, corpus: Corpus, device: torch.device, *, real: int | None = None) -> "Drawings":
        """The drawings of a corpus, the first `real` of which people drew; all of them unless it is said."""
        pens = (corpus.rows[:, 3] + 2 * corpus.rows[:, 4]).astype(np.uint8)
        source = np.where(np.arange(len(corpus)) < (len(corpus) if real is None else real), REAL, SAMPLED)

        def copied(array: NDArray[Any]) -> Tensor:
            return sent(np.array(array), device)  # a corpus may lie in a file

        return cls(
            moves=copied(_packed(corpus.rows[:, :2])),
            pens=copied(pens),
            starts=copied(corpus.starts[:-1]),
            ends=copied(corpus.starts[1:]),
            category=copied(corpus.category),
            source=copied(source),
            lengths=corpus.lengths,
            first=torch.from_numpy(START_ROW).view(1, 1, 5).to(device),
            states=torch.eye(PENS, device=device),
        )

    def __len__(self) -> int:
        return len(self.lengths)

    def batch(self, numbers: NDArray[np.int64], which: Tensor) -> Batch:
        """Some drawings, whose numbers [n] are given on the host and on the device: neither waits for the other."""
        lengths = self.lengths[numbers]
        starts, ends = self.starts[which], self.ends[which]
        time = torch.arange(int(lengths.max()), device=which.device)
        at = torch.minimum(starts[:, None] + time, ends[:, None] - 1)  # the end row again and again
        rows = torch.cat([self.moves[at].float(), self.states[self.pens[at].long()]], -1)
        return Batch(
            rows=torch.cat([self.first.expand(len(which), 1, 5), rows], 1),
            lengths=ends - starts,
            category=self.category[which],
            source=self.source[which],
            points=int(lengths.sum()) - len(numbers),
        )


def sent(array: NDArray[Any], device: torch.device) -> Tensor:
    """An array on a device. The host does not wait for it: what CUDA copies by itself has to be in pinned memory."""
    here = torch.from_numpy(array)
    return here.pin_memory().to(device, non_blocking=True) if device.type == "cuda" else here.to(device)


def _packed(moves: Array) -> NDArray[Any]:
    with np.errstate(invalid="ignore"):  # what is no number, or too large, is found by the comparison
        small = moves.astype(np.int16)
    return small if np.array_equal(small, moves) else moves
