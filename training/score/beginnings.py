"""How a classifier does on drawings and on their beginnings, and whether it is as sure as it is right."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.strokes import LIFT, Array, points_of
from training.classifier.classifier import Classifier, matching_name, ranks
from training.errors import ClassifierError

PARTS = (0.3, 0.5, 0.8, 1.0)  # of a drawing's strokes
BINS = 15  # of how sure a classifier is, equally wide


class Bin(NamedTuple):
    """Answers of which a classifier is about equally sure: their share of all, how sure it is, how often right."""

    share: float
    sure: float
    right: float


@dataclass(frozen=True, slots=True)
class Beginnings:
    """Scores of the first `part` of the strokes of drawings; by category: each of them counting alike."""

    part: float
    drawings: int
    top1: float
    top5: float
    top1_by_category: float
    top5_by_category: float
    bins: tuple[Bin, ...]  # that are not empty

    @property
    def calibration_error(self) -> float:
        """Mean distance of how sure it is from how often it is right (Naeini et al., 2015; Guo et al., 2017)."""
        return sum(each.share * abs(each.sure - each.right) for each in self.bins)


def beginning(stroke5: Array, part: float) -> Array:
    """The rows [t, 5] of the first part of a drawing's strokes, rounded up: unfinished, but for the whole drawing."""
    rows = stroke5[: points_of(stroke5)]
    ends = np.flatnonzero(rows[:, 2 + LIFT] == 1)
    if not len(ends) or ends[-1] != len(rows) - 1:  # the end row lifts the pen, too
        ends = np.append(ends, len(rows) - 1)
    kept = max(1, math.ceil(part * len(ends) - 1e-9))
    return stroke5 if kept == len(ends) else rows[: ends[kept - 1] + 1]


def numbered(drawings: Iterable[tuple[str, Array]], names: Sequence[str]) -> tuple[list[Array], NDArray[np.int64]]:
    """Drawings and the numbers of their categories among `names`. Raises ClassifierError for one that is not there."""
    numbers: dict[str, int] = {}
    found: list[tuple[Array, int]] = []
    for category, drawing in drawings:
        if category not in numbers:
            name = matching_name(category, names)
            if name not in names:
                raise ClassifierError(f"the classifier does not know the category {category!r}")
            numbers[category] = names.index(name)
        found.append((drawing, numbers[category]))
    return [drawing for drawing, _ in found], np.array([number for _, number in found], np.int64)


def beginnings(classifier: Classifier, drawings: Sequence[Array], category: NDArray[np.int64]) -> list[Beginnings]:
    """The scores of each of `PARTS` of drawings of these categories, numbers of the classifier's."""
    return [
        scored(part, classifier.classify([beginning(drawing, part) for drawing in drawings]), category)
        for part in PARTS
    ]


def scored(part: float, probabilities: NDArray[np.float32], category: NDArray[np.int64]) -> Beginnings:
    """The scores of probabilities [n, categories]."""
    found = ranks(probabilities, category)
    first, five = found == 0, found < 5
    return Beginnings(
        part,
        len(category),
        float(first.mean()),
        float(five.mean()),
        share_by_category(first, category),
        share_by_category(five, category),
        _bins(probabilities.max(axis=1), first),
    )


def share_by_category(right: NDArray[np.bool_], category: NDArray[np.int64]) -> float:
    """How many of some answers [n] are right, as the mean over the categories that are there, each counting alike."""
    counts = np.bincount(category)
    return float((np.bincount(category, right)[counts > 0] / counts[counts > 0]).mean())


def _bins(sure: NDArray[np.float32], right: NDArray[np.bool_]) -> tuple[Bin, ...]:
    number = np.minimum((sure * BINS).astype(np.int64), BINS - 1)
    inside = [number == i for i in range(BINS)]
    return tuple(
        Bin(float(which.mean()), float(sure[which].mean()), float(right[which].mean()))
        for which in inside
        if which.any()
    )
