"""Which temperatures to recommend: those at which drawings are recognised, and end, about best."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.drawing import Drawing
from training.classifier.classifier import Classifier, matching_name
from training.score.recognisability import Recognisability, summary
from training.score.sampling import sample_each
from training.score.subject import Subject

COLDEST = 0.01  # of T_xy: below it a drawing is the likeliest one
FIRST_SEED = 10**9  # far from the seeds that scores are reported for, so that none is chosen by its own drawings
SLACK = 0.01  # a warmer pair, whose drawings vary more, is preferred at this much less
NEAR_XY, NEAR_P = 0.5, 0.15  # how far, in doublings of T_xy and in T_p, pairs tell of each other
NO_END = 0.5  # what a drawing that does not end by itself takes from those recognised: half of it is a good drawing
GROUP = 4096  # drawings that lie in memory at once
SHOWN = range(32)  # seeds that the drawing which shows a subject is looked for among

Pair = tuple[float, float]  # T_xy, T_p


@dataclass(frozen=True, slots=True)
class Tried:
    """Some drawings of a subject at one pair of temperatures."""

    recognised: Recognisability
    ended: float  # share that ended by themselves

    @property
    def worth(self) -> float:
        """What pairs are compared by."""
        return self.recognised.top1 - NO_END * (1 - self.ended)


@dataclass(frozen=True, slots=True)
class Recommendation:
    """A subject's pair, what fresh drawings are like there, and the seed of one that shows it well."""

    temp_xy: float
    temp_p: float
    drawn: Tried
    seed: int | None  # None: none of `SHOWN` ended by itself


def recommend(
    subjects: Sequence[Subject], classifier: Classifier, tried: Sequence[Mapping[Pair, Tried]], count: int
) -> list[Recommendation]:
    """Of subjects of one checkpoint, each at its `warmest` pair; judged by seeds that no pair was chosen by."""
    chosen = defaultdict(list)
    for i, found in enumerate(tried):
        chosen[warmest(found)].append(i)
    made: dict[int, Recommendation] = {}
    numbers = numbers_of(subjects, classifier)
    for pair, which in chosen.items():
        seeds = range(max(count, len(SHOWN)))
        for i, drawings, probabilities in judged([subjects[i] for i in which], classifier, pair, seeds):
            number = numbers[which[i]]
            drawn = _tried(number, classifier, drawings[:count], probabilities[:count])
            made[which[i]] = Recommendation(*pair, drawn, surest(drawings, probabilities[:, number]))
    return [made[i] for i in range(len(subjects))]


def try_all(
    subjects: Sequence[Subject], classifier: Classifier, pairs: Sequence[Pair], count: int
) -> Iterator[tuple[Pair, list[Tried]]]:
    """For each pair in turn what `count` drawings of each subject of a checkpoint are like."""
    numbers = numbers_of(subjects, classifier)
    for pair in pairs:
        found = judged(subjects, classifier, pair, range(FIRST_SEED, FIRST_SEED + count))
        yield pair, [_tried(numbers[i], classifier, drawings, seen) for i, drawings, seen in found]


def judged(
    subjects: Sequence[Subject], classifier: Classifier, pair: Pair, seeds: range
) -> Iterator[tuple[int, list[Drawing], NDArray[np.float32]]]:
    """(number of the subject, a drawing for each seed, what the classifier holds them for [seeds, categories])."""
    step = max(1, GROUP // len(seeds))
    for first in range(0, len(subjects), step):
        group = sample_each(subjects[first : first + step], seeds, temp_xy=pair[0], temp_p=pair[1])
        probabilities = classifier.classify([drawing.stroke5 for drawings in group for drawing in drawings])
        for i, drawings in enumerate(group):
            yield first + i, drawings, probabilities[i * len(seeds) : (i + 1) * len(seeds)]


def warmest(tried: Mapping[Pair, Tried]) -> Pair:
    """The pair with the highest temperatures, that of the moves first, among those within `SLACK` of the best.

    Pairs are compared by what those near them are worth, too: of a dozen pairs with some dozens of drawings each, the
    one that looks best alone is most often lucky, and its next drawings are worse than at one pair for all subjects.
    """
    worth = smoothed({pair: found.worth for pair, found in tried.items()})
    best = max(worth.values())
    return max(pair for pair, its in worth.items() if its >= best - SLACK)


def smoothed(worth: Mapping[Pair, float]) -> dict[Pair, float]:
    """The mean about each pair, by a Gaussian kernel (Nadaraya, "On Estimating Regression", 1964)."""
    places = np.array([(math.log2(max(xy, COLDEST)) / NEAR_XY, p / NEAR_P) for xy, p in worth])
    weights = np.exp(-0.5 * ((places[:, None] - places) ** 2).sum(-1))
    return dict(zip(worth, (weights @ np.array(list(worth.values())) / weights.sum(1)).tolist(), strict=True))


def surest(drawings: Sequence[Drawing], right: NDArray[np.float32]) -> int | None:
    """The seed, of `SHOWN`, whose drawing is most probably [n] right and ended by itself; None where none ended."""
    candidates = [i for i, drawing in enumerate(drawings) if drawing.ended and drawing.seed in SHOWN]
    return drawings[max(candidates, key=lambda i: right[i])].seed if candidates else None


def numbers_of(subjects: Sequence[Subject], classifier: Classifier) -> list[int]:
    """The classifier's numbers of their categories. Raises ClassifierError for one that it does not know."""
    return [classifier.number(matching_name(subject.card.name, classifier.names)) for subject in subjects]


def _tried(
    number: int, classifier: Classifier, drawings: Sequence[Drawing], probabilities: NDArray[np.float32]
) -> Tried:
    category = np.full(len(drawings), number)
    ended = sum(drawing.ended for drawing in drawings) / len(drawings)
    return Tried(summary(probabilities, category, classifier.names), ended)
