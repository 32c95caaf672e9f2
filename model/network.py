"""The trainable network: inputs, trunk, head, density. What it learns is copied into a `Decoder` to be used."""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame
from model.density.mixture import Mixture
from model.density.point import Point
from model.trunk import LSTM, LayerWeights, Tanh

TRUNKS: dict[str, type[LSTM | Tanh]] = {"lstm": LSTM, "tanh": Tanh}


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """The shape of a network. `model.systems` names those that have a name."""

    hidden: int = 512
    mixtures: int = 20  # 0: only the mean of the next move, learnt by squared error
    trunk: Literal["lstm", "tanh"] = "lstm"
    pen: bool = True  # False: neither reads the pen nor foresees it, which a mixture always does

    def __post_init__(self) -> None:
        """Raises ValueError for a shape that there is not."""
        if self.hidden < 1 or self.mixtures < 0 or (self.mixtures and not self.pen):
            raise ValueError(f"no network has the shape {self}")


class Network(nn.Module):
    """A trunk over the points of a drawing with a density of the next row on top. Rows are in pixels.

    Buffers `mean` and `std` [2] are those of the training split's offsets; `h0`, `c0` [H] are a learnt first state.
    """

    mean: Tensor
    std: Tensor
    trunk: LSTM | Tanh

    def __init__(self, config: NetworkConfig, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", mean.detach().clone().float())
        self.register_buffer("std", std.detach().clone().float())
        self.density = Mixture(config.mixtures) if config.mixtures else Point(pen=config.pen)
        self.inputs = frame.INPUTS if config.pen else frame.MOVE
        self.trunk = TRUNKS[config.trunk](self.inputs, config.hidden)
        self.h0 = nn.Parameter(torch.zeros(config.hidden), requires_grad=config.trunk == "lstm")
        self.c0 = nn.Parameter(torch.zeros(config.hidden), requires_grad=config.trunk == "lstm")
        self.head = nn.Linear(config.hidden, self.density.outputs())
        self.dropout = 0.0  # of the trunk's outputs, while training

    @property
    def lstm(self) -> LSTM:
        """The trunk of a network that has a memory."""
        assert isinstance(self.trunk, LSTM)
        return self.trunk

    def forward(self, rows: Tensor, category: Tensor | None = None) -> Tensor:  # noqa: ARG002
        """Raw outputs [n, T, ...] of the density for what follows each of rows [n, T, 5].

        A plain network knows one category only; the argument is there for a conditional one to take its place.
        """
        first = (self._spread(self.h0, len(rows)), self._spread(self.c0, len(rows)))
        hidden, _ = self.trunk(frame.inputs(rows, self.mean, self.std)[..., : self.inputs], first)
        out: Tensor = self.head(functional.dropout(hidden, self.dropout, self.training))
        return out

    def log_likelihood(self, rows: Tensor, category: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:] for rows [n, T, 5]."""
        raw = self(rows[:, :-1], category)
        return self.density.log_likelihood(raw.float(), rows, self.mean, self.std)

    def objective(self, rows: Tensor, category: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """What training raises: log densities, or minus half the squared errors, (xy, pen) [n, T - 1] each."""
        raw = self(rows[:, :-1], category)
        return self.density.objective(raw.float(), rows, self.mean, self.std)

    def _spread(self, state: Tensor, n: int) -> Tensor:
        """A first state for n drawings: [1, n, H]."""
        return state.view(1, 1, -1).expand(-1, n, -1).contiguous()

    def layer_weights(self) -> LayerWeights:
        """Of the trunk, for all five numbers of a row, of which it may pass over some."""
        w_input, w_hidden, bias = self.trunk.layer_weights()
        return functional.pad(w_input, [0, frame.INPUTS - self.inputs]), w_hidden, bias

    def mixture_head(self) -> tuple[Tensor, Tensor]:
        """The head's weight [3 + 6 K, H] and bias as those of a mixture, which every density is."""
        return self.density.as_mixture(self.head.weight, self.head.bias)
