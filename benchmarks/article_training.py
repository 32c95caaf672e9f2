"""Training in the manner of the article's published code, to compare with. Written by us.

Every drawing is padded with zeros to the longest of the dataset; a batch goes through `nn.LSTM` and a linear layer in
float32 for its whole padded length; the densities of all K components are written out with exp, summed, and their
logarithm taken over the rows of the drawings; the pen's loss is the logarithm of a softmax; Adam makes the step. What
the article does beside that (standardising each batch anew, scoring both splits after each epoch) is not counted.
https://quentin-auge.github.io/teaching-a-neural-network-to-draw.html
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model import frame
from training.data.corpus import Corpus

LEAST = 1e-5  # added to a density, so that its logarithm is finite


class ArticleTraining:
    """A network and its training data, ready to make steps."""

    def __init__(self, corpus: Corpus, hidden: int, mixtures: int, device: torch.device) -> None:
        self.lstm = nn.LSTM(frame.INPUTS, hidden).to(device)
        self.head = nn.Linear(hidden, 6 * mixtures + 3).to(device)
        self.optimiser = torch.optim.Adam([*self.lstm.parameters(), *self.head.parameters()])
        self.mixtures = mixtures
        self.lengths = torch.from_numpy(corpus.lengths)
        mean, std = (torch.from_numpy(moment) for moment in corpus.offset_moments())
        padded = corpus.batch(np.arange(len(corpus)))  # [M, 1 + T, 5]
        padded[..., :2] = frame.standardise(padded[..., :2], mean, std)
        beyond = torch.arange(padded.size(1)) > self.lengths[:, None]
        self.rows = padded.masked_fill(beyond[..., None], 0).transpose(0, 1).contiguous().to(device)

    def step(self, which: NDArray[np.int64]) -> int:
        """One update on some drawings; how many real moves they have."""
        numbers = torch.from_numpy(which)
        rows = self.rows[:, numbers.to(self.rows.device)]
        mask = (torch.arange(len(rows) - 1)[:, None] < self.lengths[numbers]).to(rows.device)
        loss = self.loss(rows, mask)
        self.optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimiser.step()
        return int((self.lengths[numbers] - 1).sum())

    def loss(self, rows: Tensor, mask: Tensor) -> Tensor:
        """The loss of rows [1 + T, n, 5], of which `mask` [T, n] counts, per padded row."""
        raw = self.head(self.lstm(rows[:-1])[0])
        k = self.mixtures
        pen, pi, mean_x, mean_y, log_x, log_y, r = torch.split(raw, [3, k, k, k, k, k, k], dim=-1)
        sigma_x, sigma_y, rho = log_x.exp(), log_y.exp(), r.tanh()
        x, y = (rows[1:, :, axis : axis + 1].repeat(1, 1, k) for axis in (0, 1))
        unit_x, unit_y = (x - mean_x) / sigma_x, (y - mean_y) / sigma_y
        square = unit_x**2 + unit_y**2 - 2 * rho * unit_x * unit_y
        rest = 1 - rho**2
        normal = torch.exp(-square / (2 * rest)) / (2 * math.pi * sigma_x * sigma_y * torch.sqrt(rest))
        density = (normal * pi.softmax(dim=-1)).sum(dim=-1) + LEAST
        pens = (rows[1:, :, 2:] * pen.softmax(dim=-1).log()).sum(dim=-1)
        return -(density[mask].log().sum() + pens.sum()) / mask.numel()
