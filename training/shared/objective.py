"""What a step lowers: minus the log likelihood of drawings, some of them given their latent code, and what it costs."""

from dataclasses import dataclass

import torch
from torch import Tensor

from training.loop.drawings import Batch
from training.shared.network import SharedNetwork


@dataclass(frozen=True, slots=True)
class Loss:
    """Of a batch: `total` is what is lowered; the rest is for those who watch."""

    total: Tensor  # nats a point
    nats: Tensor  # minus the log likelihood, the sum of all drawings
    kl: Tensor  # divergence of the latent codes, their sum
    coded: int  # drawings that were given theirs


def kl_divergence(mean: Tensor, log_variance: Tensor) -> Tensor:
    """Of normals [n, Z] from the standard normal, the sum of all, in nats (Kingma and Welling, 2014, appendix B)."""
    return -0.5 * (1 + log_variance - mean * mean - log_variance.exp()).sum()


def loss_of(network: SharedNetwork, batch: Batch, *, like: float, kl_weight: float, free: float) -> Loss:
    """The loss of a batch: a share `like` of its drawings, at least one if it is above 0, is given its latent code.

    The others are foreseen at the code 0. Below `free` nats a code, its divergence costs nothing.
    """
    device = batch.rows.device
    coded, z, kl = 0, None, torch.zeros((), device=device)
    if like:
        coded = max(1, int(like * len(batch.rows)))
        some = torch.randperm(len(batch.rows), device=device)[:coded]
        mean, log_variance = network.encoded(batch.rows[some], batch.lengths[some], batch.category[some])
        code = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        z = torch.zeros(len(batch.rows), code.size(1), device=device).index_copy(0, some, code)
        kl = kl_divergence(mean, log_variance)
    xy, pen = network.log_likelihood(batch.rows, batch.category, z, batch.source)
    nats = -(xy.sum() + pen.sum())
    cost = coded * (kl / coded).clamp(min=free) if coded else kl
    return Loss((nats + kl_weight * cost) / batch.points, nats, kl, coded)
