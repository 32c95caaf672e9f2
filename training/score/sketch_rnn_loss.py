"""sketch-rnn's own reconstruction loss, for comparison with papers that report it. Ours is `training.loop.nats`.

Ha and Eck, "A Neural Representation of Sketch Drawings" (2017), equation 9, as the authors' published code computes it
when it validates: docs/scores.md says what that is, step by step.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from model.strokes import END
from training.data.corpus import Corpus, in_order
from training.data.formats import read_drawings
from training.data.split import split_of
from training.errors import DataError
from training.loop.nats import SCORING_BATCH
from training.score.subject import Subject

FLOOR = 1e-6  # added to the density, in the units of `Normalisation.scale`, so that its logarithm is finite


@dataclass(frozen=True, slots=True)
class Normalisation:
    """What sketch-rnn measures a dataset's drawings by."""

    longest: int  # Nmax: moves of the longest drawing of all splits, to which every drawing is padded
    scale: float  # pixels: standard deviation of dx and dy together, over the training split


@dataclass(frozen=True, slots=True)
class SketchRnnLoss:
    """Their loss and its two parts, and the normalisation it was taken with."""

    loss: float
    offset: float
    pen: float
    longest: int
    scale: float


def normalisation_of(files: Sequence[Path], *, skip_bad: bool = False) -> Normalisation:
    """The normalisation of all drawings of some files; where none is in the training split, they all give the scale.

    Raises DataError when there is no move.
    """
    longest = 0
    sums = {True: np.zeros(3), False: np.zeros(3)}  # of those to train on, and of the others: count, sum, squares
    for path in files:
        for sketch in read_drawings(path, skip_bad=skip_bad):
            offsets = sketch.stroke5[:-1, :2].astype(np.float64)
            longest = max(longest, len(offsets))
            sums[split_of(sketch.stroke5) == "train"] += [offsets.size, offsets.sum(), (offsets**2).sum()]
    count, total, squares = sums[True] if sums[True][0] else sums[False]
    if not count:
        raise DataError(f"no drawing with a move in {', '.join(map(str, files))}")
    return Normalisation(longest, math.sqrt(max(squares / count - (total / count) ** 2, 0)) or 1.0)


@torch.no_grad()
def sketch_rnn_loss(subject: Subject, corpus: Corpus, by: Normalisation) -> SketchRnnLoss:
    """The loss of some drawings, none with more moves than `by.longest`, as of a subject."""
    offset = pen = 0.0
    checkpoint = subject.checkpoint
    for which in in_order(corpus, SCORING_BATCH):
        rows = corpus.batch(which).to(checkpoint.device)
        contexts = checkpoint.contexts([subject.number] * len(which)).to(checkpoint.device)
        log_xy, log_pen = checkpoint.module.log_prob(rows, contexts)
        scaled = torch.exp(log_xy.double() + 2 * math.log(by.scale))  # density of an offset in units of `scale`
        moves = rows[:, 1:, 2 + END] == 0
        offset -= float(torch.log(scaled + FLOOR)[moves].sum())
        pen -= float(log_pen[:, : by.longest].double().sum())  # a checkpoint's padding is certain: -log 1 = 0
    points = len(corpus) * by.longest
    return SketchRnnLoss((offset + pen) / points, offset / points, pen / points, by.longest, by.scale)
