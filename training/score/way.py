"""Ways between held-out drawings: whether what lies there shows anything, and goes from the one to the other."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from model.alike.codes import code_of
from model.alike.way import Way, shares, step
from model.drawing import draw
from model.picture.overlap import blurred, nearest
from model.strokes import Array
from training.classifier.classifier import Classifier, ranks
from training.errors import TrainingError
from training.score.likeness import Original

GUESSES = 5

Ends = tuple[Original, Original]


@dataclass(frozen=True, slots=True)
class WayScore:
    """`n` ways of `steps` drawings: the share of all drawings that are recognised as one of the ends, of five guesses.

    `within` and `across`: the same of ways within a category and between two; nan for none. `first`, `second`: rank
    correlation (Spearman's, over all drawings) of where one is on the way with how far it covers the first end, which
    should fall, and the second, which should rise.
    """

    n: int
    steps: int
    recognised: float
    within: float
    across: float
    first: float
    second: float


def pairs(originals: Sequence[Original], count: int, seed: int) -> list[Ends]:
    """So many pairs of originals picked at random, in turn of one category and of two, where there are both.

    Raises TrainingError for fewer than two originals.
    """
    if len(originals) < 2:
        raise TrainingError(f"a way leads from one drawing to another: {len(originals)} held-out ones are too few")
    categories = {original.number for original in originals}
    turns = [len(categories) < len(originals), len(categories) == 1]  # whether a pair is of one category
    rng = np.random.default_rng(seed)
    found: list[Ends] = []
    while len(found) < count:
        one, other = (originals[i] for i in rng.integers(len(originals), size=2))
        if one is not other and (one.number == other.number) == turns[len(found) % 2]:
            found.append((one, other))
    return found


@torch.inference_mode()
def walk(ends: Ends, steps: int, seed: int) -> list[Array]:
    """The drawings of a way, as the service draws them."""
    one, other = (end.subject for end in ends)
    network, places = one.checkpoint, shares(steps)
    codes = [code_of(network, end.subject.number, end.stroke5) for end in ends]
    way = Way(network, (one.number, other.number), (codes[0], codes[1]))
    choices = [step(way, at, seed) for at in places]
    each = len(choices[0])
    mixed = [[(1 - at) * a + at * b for at in places for _ in range(each)] for a, b in _temperatures(ends)]
    drawings = draw(
        network,
        [number for choice in choices for number, _ in choice],
        temp_xy=mixed[0],
        temp_p=mixed[1],
        max_points=max(one.card.max_points, other.card.max_points),
        contexts=torch.cat([code.context for choice in choices for _, code in choice]),
    )
    rows = [drawing.stroke5 for drawing in drawings]
    return [rows[i] for i in nearest(rows, [end.stroke5 for end in ends], [(1 - at, at) for at in places])]


def _temperatures(ends: Ends) -> list[tuple[float, float]]:
    one, other = (end.subject.card for end in ends)
    return [(one.temp_xy, other.temp_xy), (one.temp_p, other.temp_p)]


def score_ways(classifier: Classifier, ends: Sequence[Ends], ways: Sequence[Sequence[Array]]) -> WayScore:
    """How good the ways between some ends are."""
    steps = len(ways[0])
    found = classifier.classify([drawing for way in ways for drawing in way])
    guessed = [ranks(found, np.repeat([pair[which].number for pair in ends], steps)) < GUESSES for which in (0, 1)]
    right = (guessed[0] | guessed[1]).reshape(len(ways), steps)
    alike = np.array([one.number == other.number for one, other in ends])
    covers = np.stack(
        [blurred(way) @ blurred([end.stroke5 for end in pair]).T for way, pair in zip(ways, ends, strict=True)]
    )
    places = np.tile(np.arange(steps, dtype=float), len(ways))
    return WayScore(
        n=len(ways),
        steps=steps,
        recognised=float(right.mean()),
        within=float(right[alike].mean()) if alike.any() else float("nan"),
        across=float(right[~alike].mean()) if not alike.all() else float("nan"),
        first=rank_correlation(places, covers[:, :, 0].ravel()),
        second=rank_correlation(places, covers[:, :, 1].ravel()),
    )


def rank_correlation(one: NDArray[np.floating], other: NDArray[np.floating]) -> float:
    """Spearman's rank correlation of two series, equal numbers having the mean of their ranks."""
    return float(np.corrcoef(_ranks(one), _ranks(other))[0, 1])


def _ranks(series: NDArray[np.floating]) -> NDArray[np.float64]:
    _, which, count = np.unique(series, return_inverse=True, return_counts=True)
    last = np.cumsum(count)
    means: NDArray[np.float64] = (last - (count - 1) / 2)[which]
    return means
