"""What a drawing's own latent code tells a network of it: nats of held-out drawings with and without."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from model.alike.codes import code_of, told
from model.checkpoint import Checkpoint
from model.strokes import START_ROW, side_by_side
from training.score.likeness import Original

BATCH = 64


@dataclass(frozen=True, slots=True)
class ToldNats:
    """Nats per point of drawings without their latent code, with it, and how many nats the code has of each drawing.

    `code`: the Kullback-Leibler divergence of a drawing's codes from the prior (Ha and Eck, 2017, equation 10).
    """

    n: int
    without: float
    told: float
    code: float


@torch.inference_mode()
def told_nats(network: Checkpoint, originals: Sequence[Original]) -> ToldNats:
    """Over all points of some drawings."""
    sums, points, code = np.zeros(2), 0, 0.0
    for first in range(0, len(originals), BATCH):
        some = originals[first : first + BATCH]
        numbers = [original.subject.number for original in some]
        rows, lengths = map(torch.from_numpy, side_by_side([original.stroke5 for original in some]))
        start = torch.from_numpy(START_ROW).expand(len(some), 1, -1)
        given = torch.cat([start, rows], 1)
        codes = [code_of(network, number, each.stroke5) for number, each in zip(numbers, some, strict=True)]
        own = torch.cat([told(network, *each).context for each in zip(numbers, codes, strict=True)])
        for i, context in enumerate((network.contexts(numbers), own)):
            xy, pen = network.module.log_prob(given, context)
            sums[i] -= float(xy.double().sum() / (lengths - 1).sum() + pen.double().sum() / lengths.sum()) * len(some)
        mean, log_variance = network.module.encode(rows, lengths, torch.tensor(numbers))
        code += float((mean**2 + log_variance.exp() - 1 - log_variance).sum() / 2)
        points += len(some)
    return ToldNats(points, sums[0] / points, sums[1] / points, code / points)
