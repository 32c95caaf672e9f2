"""Drawings in the memory of a device, from which batches are gathered without asking the host for anything."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.strokes import START_ROW
from training.data.corpus import Corpus
from training.shared.network import REAL, SAMPLED

PENS = 3


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
    """M drawings end to end: nine bytes a row on the device. `lengths` [M] are known on the host as well."""

    moves: Tensor  # [N, 2] pixels
    pens: Tensor  # [N] number of the pen state, uint8
    starts: Tensor  # [M]
    ends: Tensor  # [M]
    category: Tensor  # [M]
    source: Tensor  # [M]
    lengths: NDArray[np.int64]
    first: Tensor  # [1, 1, 5] the start token
    states: Tensor  # [3, 3] the pen states' columns

    @classmethod
    def of(cls, corpus: Corpus, real: int, device: torch.device) -> "Drawings":
        """The drawings of a corpus, the first `real` of which people drew."""
        pens = (corpus.rows[:, 3] + 2 * corpus.rows[:, 4]).astype(np.uint8)
        source = np.where(np.arange(len(corpus)) < real, REAL, SAMPLED)

        def there(array: NDArray[Any]) -> Tensor:
            return torch.from_numpy(np.array(array)).to(device)  # a copy: a corpus may lie in a file

        return cls(
            moves=there(corpus.rows[:, :2]),
            pens=there(pens),
            starts=there(corpus.starts[:-1]),
            ends=there(corpus.starts[1:]),
            category=there(corpus.category),
            source=there(source),
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
        rows = torch.cat([self.moves[at], self.states[self.pens[at].long()]], -1)
        return Batch(
            rows=torch.cat([self.first.expand(len(which), 1, 5), rows], 1),
            lengths=ends - starts,
            category=self.category[which],
            source=self.source[which],
            points=int(lengths.sum()) - len(numbers),
        )
