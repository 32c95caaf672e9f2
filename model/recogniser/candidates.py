"""Several drawings to choose one from: their seeds, and which of them is chosen."""

from collections.abc import Sequence

from model.card import SEEDS

STRIDE = 5566755282872655  # odd, and 2^53 divided by the golden ratio: no candidate is one of a neighbouring seed
MOST = 8  # candidates for one drawing: of twice as many the best is hardly better


def candidates(seed: int, best: int) -> list[int]:
    """The seeds of the drawings of which one is chosen for `seed`: it first, then `seed + k * STRIDE` modulo 2^53."""
    return [(seed + k * STRIDE) % SEEDS for k in range(best)]


def surest(scores: Sequence[float], best: int) -> list[int]:
    """The numbers of the highest of each `best` scores one after the other; of equals the first."""
    return [max(range(first, first + best), key=scores.__getitem__) for first in range(0, len(scores), best)]
