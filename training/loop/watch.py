"""A watch over the loss of a training run: when it has exploded, and which drawings are to blame."""

import math
from collections.abc import Sequence
from statistics import median

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from training.data.corpus import Corpus

WINDOW = 100  # calm steps that a loss is held against
FEWEST = 20  # of them before anything is held against them: a run falls by nats in its first steps
JUMP = 10.0  # nats per point above their median; a batch of odd drawings stays far below, a lost network far above
PATIENCE = 5  # such steps one after another: one jump is a bad batch, several are a bad network
SHOWN = 5  # drawings that a message names


class Watch:
    """Sees the loss of every step. `calm` holds the last losses that did not jump, and belongs to the run's state."""

    def __init__(self, calm: list[float]) -> None:
        self.calm = calm
        self.jumps = 0  # the last so many steps

    def see(self, loss: float) -> bool:
        """Take in one step's finite loss in nats per point; True when the loss has exploded."""
        if len(self.calm) >= FEWEST and loss > median(self.calm) + JUMP:
            self.jumps += 1
        else:
            self.jumps = 0
            self.calm[:] = [*self.calm, loss][-WINDOW:]
        return self.jumps >= PATIENCE


def suspects(corpus: Corpus, which: NDArray[np.int64], log_prob: Tensor, names: Sequence[str]) -> str:
    """The drawings of a batch, numbers `which` [n] in a corpus, that explain its loss, in words.

    `log_prob` [n] is each drawing's. Named are those for which it is no finite number, else the least probable.
    """
    each = log_prob.detach().double().cpu().numpy()
    lost = np.flatnonzero(~np.isfinite(each))
    worst = lost if len(lost) else np.argsort(each / corpus.lengths[which])[:1]
    told = ", ".join(_drawing(corpus, int(which[i]), names) for i in worst[:SHOWN])
    more = f" and {len(worst) - SHOWN} more" if len(worst) > SHOWN else ""
    reason = "without a finite likelihood" if len(lost) else "the least likely"
    return f"of its {len(which)} drawings {reason}: {told}{more}"


def _drawing(corpus: Corpus, number: int, names: Sequence[str]) -> str:
    rows = corpus.drawing(number)
    category = int(corpus.category[number])
    name = f"{names[category]}, " if category < len(names) else ""
    farthest = float(np.abs(rows[:, :2]).max())
    moves = f"moves up to {farthest:.4g} pixels" if math.isfinite(farthest) else "with a move that is no finite number"
    return f"number {number} of the training split ({name}{len(rows)} rows, {moves})"
