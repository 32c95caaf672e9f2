"""What choosing the best of several is worth: how much rarer failures are, by a judge that did not choose."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.recogniser.candidates import candidates, surest
from training.classifier.classifier import Classifier, matching_name, ranks
from training.score.sampling import sample_drawings
from training.score.subject import Subject


@dataclass(frozen=True, slots=True)
class Failures:
    """Shares of drawings, in 0..1, that a judge does not recognise first: of single ones, and of the chosen."""

    single: float
    chosen: float


@dataclass(frozen=True, slots=True)
class BestOf:
    """What choosing does for one category: `n` drawings, each alone, and each the best of `best`."""

    category: str
    n: int
    best: int
    chooser: Failures  # by the one that chose: it flatters itself
    judge: Failures  # by the other one


def best_of(
    subject: Subject,
    chooser: Classifier,
    judge: Classifier,
    seeds: Sequence[int],
    best: int,
    *,
    temp_xy: float,
    temp_p: float,
) -> BestOf:
    """Draw the candidates of each seed as the service does, and let one judge choose and both judge.

    A single drawing is that of the seed itself, so both shares are of the same seeds. Raises ClassifierError for a
    category that one of the judges does not know.
    """
    name = subject.card.name
    by_chooser, by_judge = (each.number(matching_name(name, each.names)) for each in (chooser, judge))
    every = [candidate for seed in seeds for candidate in candidates(seed, best)]
    drawings = [drawing.stroke5 for drawing in sample_drawings(subject, every, temp_xy=temp_xy, temp_p=temp_p)]
    chances = chooser.classify(drawings)
    chosen = surest(chances[:, by_chooser].tolist(), best)
    single = list(range(0, len(every), best))
    some = sorted({*single, *chosen})
    judged = dict(zip(some, judge.classify([drawings[i] for i in some]), strict=True))
    return BestOf(
        name,
        len(seeds),
        best,
        Failures(_failed(chances[single], by_chooser), _failed(chances[chosen], by_chooser)),
        Failures(*(_failed(np.stack([judged[i] for i in which]), by_judge) for which in (single, chosen))),
    )


def together(found: Sequence[BestOf]) -> BestOf:
    """The mean over categories, each of the same weight."""
    means = [
        Failures(float(np.mean([each.single for each in which])), float(np.mean([each.chosen for each in which])))
        for which in ([each.chooser for each in found], [each.judge for each in found])
    ]
    return BestOf(f"all {len(found)}", sum(each.n for each in found), found[0].best, *means)


def _failed(chances: NDArray[np.float32], number: int) -> float:
    return float((ranks(chances, np.full(len(chances), number)) > 0).mean())
