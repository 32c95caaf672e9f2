"""How well a network foresees held-out drawings: without a latent code, and given their own."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor

from model.card import Nats
from training.data.corpus import Corpus
from training.loop.nats import measure
from training.loop.precision import mixed_precision
from training.shared.network import SharedNetwork
from training.shared.objective import kl_divergence


@dataclass(frozen=True, slots=True)
class Validation:
    """Scores of a validation split."""

    nats: Nats  # at the latent code 0
    like: float  # nats a point given the mean of each drawing's own latent code
    kl: float  # nats of such a code


def validate(network: SharedNetwork, valid: Corpus, *, float32: bool) -> Validation:
    """Score a network, in the precision in which it is trained; no random number is drawn."""
    divergence: list[Tensor] = []

    def like(rows: Tensor, category: Tensor) -> tuple[Tensor, Tensor]:
        lengths = (rows[:, 1:, 4] == 0).sum(1) + 1
        mean, log_variance = network.encoded(rows, lengths, category)
        divergence.append(kl_divergence(mean, log_variance))
        return network.log_likelihood(rows, category, mean)

    device = network.mean.device
    with _evaluating(network), mixed_precision(device, enabled=not float32):
        nats = measure(network.log_likelihood, valid, device).nats()
        given = measure(like, valid, device).nats()
    return Validation(nats, given.total, float(torch.stack(divergence).sum()) / len(valid))


@contextmanager
def _evaluating(network: SharedNetwork) -> Iterator[None]:
    """The network in evaluation mode; the mode that it was in is put back."""
    was_training = network.training
    network.eval()
    yield
    network.train(was_training)
