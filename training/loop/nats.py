"""Nats per point: how probable real drawings are to a network."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.card import Nats
from model.checkpoint import Checkpoint
from model.network import Network
from training.data.corpus import Corpus, in_order
from training.loop.precision import mixed_precision

LogProb = Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]
SCORING_BATCH = 128


@dataclass(frozen=True, slots=True)
class Scores:
    """Minus log densities of M drawings, each summed: `xy` [M] over its `moves` [M], `pen` [M] over all its rows."""

    xy: NDArray[np.float64]
    pen: NDArray[np.float64]
    moves: NDArray[np.int64]

    def nats(self, which: NDArray[np.int64] | slice = slice(None)) -> Nats:
        """Per point over all drawings, or over `which` of them: xy by real moves, pen by rows with the end row."""
        moves = self.moves[which]
        xy = float(self.xy[which].sum() / moves.sum())
        pen = float(self.pen[which].sum() / (moves + 1).sum())
        return Nats(xy=xy, pen=pen, total=xy + pen)

    def of(self, which: NDArray[np.bool_]) -> "Scores":
        """The scores of some drawings [M]."""
        return Scores(self.xy[which], self.pen[which], self.moves[which])

    def interval(self, *, resamples: int = 2000, coverage: float = 0.95, seed: int = 0) -> tuple[float, float]:
        """The range of `total` that drawing the drawings again with replacement gives (Efron's bootstrap)."""
        rng = np.random.default_rng(seed)
        totals = [self.nats(rng.integers(len(self.moves), size=len(self.moves))).total for _ in range(resamples)]
        low, high = np.quantile(totals, [(1 - coverage) / 2, (1 + coverage) / 2])
        return float(low), float(high)


@torch.no_grad()
def measure(log_prob: LogProb, corpus: Corpus, device: torch.device | str = "cpu") -> Scores:
    """Scores of each drawing of a corpus; `log_prob(rows [n, T, 5], category [n])` gives (xy, pen) [n, T - 1]."""
    xy = np.zeros(len(corpus))
    pen = np.zeros(len(corpus))
    for which in in_order(corpus, SCORING_BATCH):
        category = torch.from_numpy(corpus.category[which]).to(device)
        log_xy, log_pen = log_prob(corpus.batch(which).to(device), category)
        xy[which] = -log_xy.double().sum(1).cpu().numpy()
        pen[which] = -log_pen.double().sum(1).cpu().numpy()
    return Scores(xy, pen, corpus.lengths - 1)


def scores_of(checkpoint: Checkpoint, corpus: Corpus, subjects: Sequence[int] = (0,)) -> Scores:
    """Scores of each drawing under a loaded checkpoint: those of category i as of its subject number `subjects[i]`."""
    numbers = torch.tensor(subjects)

    def log_prob(rows: Tensor, category: Tensor) -> tuple[Tensor, Tensor]:
        contexts = checkpoint.contexts(numbers[category.cpu()].tolist())
        return checkpoint.module.log_prob(rows, contexts.to(rows.device))

    return measure(log_prob, corpus, checkpoint.device)


def score(network: Network, corpus: Corpus, *, bfloat16: bool = False) -> Nats:
    """A network's nats over a corpus."""
    with evaluation_mode(network, bfloat16=bfloat16) as device:
        return measure(network.log_likelihood, corpus, device).nats()


@contextmanager
def evaluation_mode(network: Network, *, bfloat16: bool = False) -> Iterator[torch.device]:
    """The network in evaluation mode, and its device; the mode that it was in is put back."""
    device = next(network.parameters()).device
    was_training = network.training
    network.eval()
    with mixed_precision(device, enabled=bfloat16):
        yield device
    network.train(was_training)
