"""Likenesses of held-out drawings: whether they are recognised, and nearer to their own original than to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from model.alike.closeness import candidates
from model.alike.codes import code_of, told
from model.drawing import draw
from model.picture.overlap import blurred, nearest
from model.strokes import Array
from training.classifier.classifier import Classifier
from training.classifier.pictures import PictureClassifier
from training.score.subject import Subject


class Original(NamedTuple):
    """A held-out drawing [T, 5], what it is, and the classifier's number of that."""

    subject: Subject
    stroke5: Array
    number: int


@dataclass(frozen=True, slots=True)
class Likeness:
    """Shares, in 0..1: of likenesses that are recognised, and of given drawings that are.

    `picture`, `features`: how often a likeness is nearer to its original than to another of the same category, by
    overlap of the pictures and by what the classifier's last layer reads. 0.5 is no likeness.
    """

    n: int
    closeness: float
    recognised: float
    given: float
    picture: float
    features: float


def likenesses(originals: Sequence[Original], closeness: float, seed: int) -> list[Array]:
    """One of each, as the service draws it, by seeds one after the other; those of a subject stand together."""
    drawn: list[Array] = []
    numbers = [original.subject.number for original in originals]
    for number in dict.fromkeys(numbers):
        some = [original for original, other in zip(originals, numbers, strict=True) if other == number]
        drawn += _of_one(some, closeness, seed + len(drawn))
    return drawn


@torch.inference_mode()
def _of_one(originals: Sequence[Original], closeness: float, seed: int) -> list[Array]:
    """The same of originals of one subject."""
    subject = originals[0].subject
    network, card = subject.checkpoint, subject.card
    seeds, contexts = [], []
    for i, original in enumerate(originals):
        code = told(network, subject.number, code_of(network, subject.number, original.stroke5)).context
        for candidate in candidates(seed + i, closeness):
            seeds.append(candidate.seed)
            style = network.styles([subject.number], [candidate.seed])
            contexts.append(code if candidate.told else network.contexts([subject.number], style))
    drawings = draw(
        network,
        seeds,
        temp_xy=card.temp_xy,
        temp_p=card.temp_p,
        max_points=card.max_points,
        subject=subject.number,
        contexts=torch.cat(contexts),
    )
    rows, each = [drawing.stroke5 for drawing in drawings], len(drawings) // len(originals)
    return [
        rows[i * each : (i + 1) * each][nearest(rows[i * each : (i + 1) * each], [original.stroke5], [(1.0,)])[0]]
        for i, original in enumerate(originals)
    ]


def score_likenesses(
    classifier: PictureClassifier, originals: Sequence[Original], drawn: Sequence[Array], closeness: float
) -> Likeness:
    """How good a likeness of each original is."""
    given, number = [original.stroke5 for original in originals], np.array([each.number for each in originals])
    picture, features = blurred(drawn) @ blurred(given).T, classifier.features(drawn) @ classifier.features(given).T
    return Likeness(
        n=len(originals),
        closeness=closeness,
        recognised=_recognised(classifier, drawn, number),
        given=_recognised(classifier, given, number),
        picture=nearer(picture, number),
        features=nearer(features, number),
    )


def _recognised(classifier: Classifier, drawings: Sequence[Array], number: NDArray[np.int64]) -> float:
    return float((classifier.classify(drawings).argmax(axis=1) == number).mean())


def nearer(nearness: NDArray[np.float32], category: NDArray[np.int64]) -> float:
    """Share of pairs (a likeness, another original of its category) in which its own original is the nearer one.

    `nearness` [n, n]: of each likeness, by row, to each original. nan where there is no such pair.
    """
    own = np.diag(nearness)[:, None]
    others = (category[:, None] == category[None, :]) & ~np.eye(len(category), dtype=bool)
    return float((own > nearness)[others].mean()) if others.any() else float("nan")
