"""The constants of a network that learnt by squared error, without which it has no score in nats."""

import math

import torch

from model.density.mixture import Mixture
from model.density.point import Point
from model.network import Network
from training.data.corpus import Corpus
from training.loop.nats import evaluation_mode, measure

LEAST = math.exp(2 * Mixture.log_sigma_min)  # variance: what a mixture's components are held to


def calibrate(network: Network, valid: Corpus, *, bfloat16: bool = False) -> None:
    """Fit them to the validation split: the residual variance, and how often each state of the pen is seen.

    Both are those of the highest likelihood. A network that foresees a mixture has none, and stays as it is.
    """
    if not isinstance(network.density, Point):
        return
    with evaluation_mode(network, bfloat16=bfloat16) as device:
        errors = measure(network.objective, valid, device)
    variance = errors.xy.sum() / errors.moves.sum()  # half the squared error of two axes is the mean of one's
    pens = torch.from_numpy(valid.rows[:, 2:].sum(axis=0, dtype="float64"))
    network.density.fit(max(float(variance), LEAST), pens)
