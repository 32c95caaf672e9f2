"""How often a classifier of real drawings recognises some drawings: the score that looks at the picture."""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.strokes import Array
from training.classifier.classifier import Classifier, ranks
from training.errors import DataError

Z95 = 1.959964  # two-sided 95 % quantile of the standard normal
MISTAKES = 3  # how many wrong answers are named


@dataclass(frozen=True, slots=True)
class Recognisability:
    """Shares of `n` drawings, in 0..1: the right category first, or among the first five, with 95 % ranges.

    `mistaken_for` are the most frequent wrong answers and their shares. Categories that look alike are not merged:
    a `face` that is taken for a `smiley face` counts as wrong, for real drawings as for others.
    """

    n: int
    top1: float
    top1_range95: tuple[float, float]
    top5: float
    top5_range95: tuple[float, float]
    mistaken_for: dict[str, float]


def recognisability(classifier: Classifier, drawings: Sequence[Array], category: str) -> Recognisability:
    """How often drawings [T, 5] are recognised as `category`.

    Raises DataError for no drawings, ClassifierError for a category that the classifier does not know.
    """
    number = classifier.number(category)
    if not len(drawings):
        raise DataError(f"no drawings of {category!r} to recognise")
    return summary(classifier.classify(drawings), np.full(len(drawings), number), classifier.names)


def summary(probabilities: NDArray[np.float32], category: NDArray[np.int64], names: Sequence[str]) -> Recognisability:
    """The same from probabilities [n, categories] and the right numbers [n], of one or of many categories."""
    n = len(category)
    rank = ranks(probabilities, category)
    first, five = int((rank == 0).sum()), int((rank < 5).sum())
    wrong = Counter(names[guess] for guess in probabilities[rank > 0].argmax(axis=1))
    mistakes = {name: round(count / n, 4) for name, count in wrong.most_common(MISTAKES)}
    return Recognisability(n, first / n, wilson(first, n), five / n, wilson(five, n), mistakes)


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of a share, sound for few drawings and for shares near 0 and 1 (Wilson, 1927)."""
    share, weight = hits / n, z * z / n
    middle = (share + weight / 2) / (1 + weight)
    half = z * math.sqrt(share * (1 - share) / n + weight / n / 4) / (1 + weight)
    return max(0.0, min(share, middle - half)), min(
        1.0, max(share, middle + half)
    )  # rounding aside, it holds the share
