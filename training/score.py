"""Nats per point: how probable real drawings are to a network."""

from dataclasses import dataclass

import torch

from model.network import Network
from training.conditional import ConditionalNetwork
from training.corpus import Corpus, in_order

AnyNetwork = Network | ConditionalNetwork
SCORING_BATCH = 128


@dataclass(frozen=True, slots=True)
class Nats:
    """Minus the mean log density in pixels: `xy` over real moves, `pen` over all rows with the end row."""

    xy: float
    pen: float

    @property
    def total(self) -> float:
        return self.xy + self.pen


@torch.no_grad()
def score(network: AnyNetwork, corpus: Corpus, *, bfloat16: bool = False) -> Nats:
    """The network's nats over a corpus, in evaluation mode; the mode it was in is put back."""
    device = next(network.parameters()).device
    was_training = network.training
    network.eval()
    xy_sum = pen_sum = 0.0
    for which in in_order(corpus, SCORING_BATCH):
        rows = corpus.batch(which).to(device)
        category = torch.from_numpy(corpus.category[which]).to(device)
        with torch.autocast(device.type, torch.bfloat16, enabled=bfloat16):
            xy, pen = network.log_likelihood(rows, category)
        xy_sum -= float(xy.double().sum())
        pen_sum -= float(pen.double().sum())
    network.train(was_training)
    return Nats(xy_sum / corpus.points, pen_sum / len(corpus.rows))
