"""The trainable network: inputs, LSTM, mixture head. What it learns is copied into a `Decoder` to be used."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame
from model.mixture import Mixture


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The shape of a network."""

    hidden: int = 512
    mixtures: int = 20


class LSTM(nn.LSTM):
    """torch's LSTM of one layer, with the types of its weights (gates i, f, g, o), begun as sketch-rnn begins.

    Orthogonal recurrent weights and forget bias 1 (Jozefowicz et al., 2015).
    """

    weight_ih_l0: nn.Parameter
    weight_hh_l0: nn.Parameter
    bias_ih_l0: nn.Parameter
    bias_hh_l0: nn.Parameter

    def __init__(self, inputs: int, hidden: int) -> None:
        super().__init__(inputs, hidden, batch_first=True)
        for gate in torch.split(self.weight_hh_l0.data, hidden):
            nn.init.orthogonal_(gate)
        nn.init.xavier_uniform_(self.weight_ih_l0.data)
        self.bias_ih_l0.data.zero_()
        self.bias_hh_l0.data.zero_()
        self.bias_hh_l0.data[hidden : 2 * hidden] = 1


class Network(nn.Module):
    """LSTM over the points of a drawing with a mixture density on top. Rows are in pixels.

    Buffers `mean` and `std` [2] are those of the training split's offsets; `h0`, `c0` [H] are learnt first states.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: NetworkConfig, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", mean.detach().clone().float())
        self.register_buffer("std", std.detach().clone().float())
        self.density = Mixture(config.mixtures)
        self.lstm = LSTM(frame.INPUTS, config.hidden)
        self.h0 = nn.Parameter(torch.zeros(config.hidden))
        self.c0 = nn.Parameter(torch.zeros(config.hidden))
        self.head = nn.Linear(config.hidden, self.density.outputs())
        self.dropout = 0.0  # of the LSTM's outputs, while training

    def forward(self, rows: Tensor, category: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """Raw mixture outputs [n, T, 3 + 6 K] for what follows each of rows [n, T, 5].

        A plain network knows one category only; the argument is there for a conditional one to take its place.
        """
        n = rows.size(0)
        first = (self.h0.expand(1, n, -1).contiguous(), self.c0.expand(1, n, -1).contiguous())
        hidden, _ = self.lstm(frame.inputs(rows, self.mean, self.std), first)
        out: Tensor = self.head(functional.dropout(hidden, self.dropout, self.training))
        return out

    def log_likelihood(self, rows: Tensor, category: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:] for rows [n, T, 5]."""
        raw = self(rows[:, :-1], category)
        return self.density.log_likelihood(raw.float(), rows, self.mean, self.std)
