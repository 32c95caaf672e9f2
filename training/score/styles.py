"""Styles of subjects that are not recognised: latent codes of people's drawings by which a network draws them well.

At low temperatures a network without a latent code draws a mean of all the ways in which people draw a thing, which for
some things looks like none of them. The code of a drawing that is recognised tells it which way to go.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from model.drawing import draw
from model.latent import from_text, to_text
from model.strokes import Array, side_by_side
from training.classifier.classifier import Classifier
from training.score.subject import Subject
from training.score.temperatures import Pair

CANDIDATES = 32  # of people's drawings, those that are recognised most surely
DRAWINGS = 12  # by each of their codes
FIRST_SEED = 10**9 + 10**6  # apart from those that temperatures are chosen by, and far from those of scores
LEAST = 0.75  # share of a style's drawings that have to be recognised, and end
LIKE_PEOPLE = 1.2  # or so many times the share of people's, where that is less


def find_styles(
    subject: Subject, number: int, drawings: Sequence[Array], classifier: Classifier, pair: Pair, *, most: int
) -> list[tuple[str, float]]:
    """(latent code, share of drawings by it that are recognised and end) of up to `most` good styles, best first.

    `number`: the classifier's of the category; `drawings`: people's, of the training split; `pair`: T_xy and T_p.
    """
    sure = classifier.classify(drawings)[:, number]
    picked = [drawings[i] for i in np.argsort(-sure, kind="stable")[:CANDIDATES]]
    codes = [to_text(code) for code in encoded(subject, picked).numpy()]
    card, size = subject.card, subject.checkpoint.card.latent
    latents = torch.tensor(np.stack([from_text(code, size) for code in codes])).repeat_interleave(DRAWINGS, 0)
    made = draw(
        subject.checkpoint,
        range(FIRST_SEED, FIRST_SEED + len(latents)),
        subject=subject.number,
        temp_xy=pair[0],
        temp_p=pair[1],
        max_points=card.max_points,
        latents=latents,
    )
    right = classifier.classify([drawing.stroke5 for drawing in made]).argmax(axis=1) == number
    good = right & np.array([drawing.ended for drawing in made])
    shares = good.reshape(len(codes), DRAWINGS).mean(axis=1)
    least = LEAST if card.real is None else min(LEAST, LIKE_PEOPLE * card.real)
    best = [i for i in np.argsort(-shares, kind="stable")[:most].tolist() if shares[i] >= least]
    return [(codes[i], float(shares[i])) for i in best]


@torch.inference_mode()
def encoded(subject: Subject, drawings: Sequence[Array]) -> Tensor:
    """The mean latent codes [n, Z] of drawings [T, 5]."""
    rows, lengths = map(torch.from_numpy, side_by_side(drawings))
    mean, _ = subject.checkpoint.module.encode(rows, lengths, torch.full_like(lengths, subject.number))
    return mean
