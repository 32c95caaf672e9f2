"""One network for many categories: what it learns of each folds into constants of a plain `Network`."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame
from model.network import Network, NetworkConfig
from model.trunk import LSTM

EMBEDDING = 48  # inputs of the LSTM while pretraining: the point and the category share them


class ConditionalNetwork(nn.Module):
    """A `Network` that knows the category: it shifts the LSTM's input, its first state and the head's bias.

    All three are constants once the category is known, so `fold` gives a plain network of the usual size and speed.
    """

    def __init__(self, config: NetworkConfig, categories: int, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.config = config
        self.base = Network(config, mean, std)
        self.lstm = LSTM(EMBEDDING, config.hidden)
        del self.base.trunk
        self.encode = nn.Linear(frame.INPUTS, EMBEDDING)
        self.shift = nn.Embedding(categories, EMBEDDING)
        self.first = nn.Embedding(categories, 2 * config.hidden)
        self.bias = nn.Embedding(categories, self.base.head.out_features)
        for table in (self.first, self.bias):
            nn.init.zeros_(table.weight)

    def forward(self, rows: Tensor, category: Tensor) -> Tensor:
        """Raw mixture outputs [n, T, 3 + 6 K] for rows [n, T, 5] of drawings of category [n]."""
        read = self.encode(frame.inputs(rows, self.base.mean, self.base.std))
        h0, c0 = self.first(category).unsqueeze(0).chunk(2, dim=-1)
        hidden, _ = self.lstm(read + self.shift(category).unsqueeze(1), (h0.contiguous(), c0.contiguous()))
        hidden = functional.dropout(hidden, self.base.dropout, self.training)
        out: Tensor = self.base.head(hidden) + self.bias(category).unsqueeze(1)
        return out

    def log_likelihood(self, rows: Tensor, category: Tensor) -> tuple[Tensor, Tensor]:
        """As `Network.log_likelihood`, for drawings of category [n]."""
        raw = self(rows[:, :-1], category)
        return self.base.density.log_likelihood(raw.float(), rows, self.base.mean, self.base.std)

    objective = log_likelihood  # a mixture's is its likelihood

    def fold(self, category: int) -> Network:
        """The plain network that draws one category exactly as this one does."""
        return self._folded(self.shift.weight[category], self.first.weight[category], self.bias.weight[category])

    def fold_mean(self) -> Network:
        """The plain network of the mean of all categories: a start for one that this network has not seen."""
        return self._folded(self.shift.weight.mean(0), self.first.weight.mean(0), self.bias.weight.mean(0))

    @torch.no_grad()
    def _folded(self, shift: Tensor, first: Tensor, bias: Tensor) -> Network:
        network = Network(self.config, self.base.mean, self.base.std)
        w_in = self.lstm.weight_ih_l0
        network.lstm.weight_ih_l0.copy_(w_in @ self.encode.weight)
        network.lstm.weight_hh_l0.copy_(self.lstm.weight_hh_l0)
        network.lstm.bias_ih_l0.copy_(self.lstm.bias_ih_l0 + w_in @ (self.encode.bias + shift))
        network.lstm.bias_hh_l0.copy_(self.lstm.bias_hh_l0)
        h0, c0 = first.chunk(2)
        network.h0.copy_(h0)
        network.c0.copy_(c0)
        network.head.weight.copy_(self.base.head.weight)
        network.head.bias.copy_(self.base.head.bias + bias)
        return network
