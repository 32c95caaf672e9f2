"""The mixture density over the next move and the pen: its parameters and its logarithm. `sampler.py` draws from it.

The network's raw output for one point is, in sketch-rnn's order,
`[pen 3 | log-weights K | mean x K | mean y K | log-sigma x K | log-sigma y K | rho K]`.
Sources: Bishop, "Mixture Density Networks" (1994); Graves, "Generating Sequences With Recurrent Neural Networks"
(2013), equations 16 to 25; Ha and Eck (2017), equations 3 to 9. Everything stays in log space, and in standardised
units unless it says pixels. The class holds no weights; its code keeps to what TorchScript compiles.
"""

import math
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame


class Mixture(nn.Module):
    """K bivariate normals and three pen states, read from a raw output of length 3 + 6 K."""

    pen_states: Final[int] = 3
    fields: Final[int] = 6  # numbers for each component
    rho_limit: Final[float] = 0.999  # keeps 1 - rho^2 well away from 0 in float32
    # A component is never narrower than about a quarter of a pixel (std is ~35 pixels): data on the pixel grid would
    # reward ever narrower ones at the offset 0 without end, and no picture would be better for it.
    log_sigma_min: Final[float] = -5.0
    log_sigma_max: Final[float] = 5.0

    def __init__(self, mixtures: int) -> None:
        super().__init__()
        self.mixtures = mixtures

    def outputs(self) -> int:
        """Length of the raw output."""
        return self.pen_states + self.fields * self.mixtures

    def log_weights(self, raw: Tensor) -> Tensor:
        """log pi [..., K]: softmax over the components."""
        return functional.log_softmax(raw[..., self.pen_states : self.pen_states + self.mixtures], dim=-1)

    def log_pen(self, raw: Tensor) -> Tensor:
        """log p [..., 3] of the pen states."""
        return functional.log_softmax(raw[..., : self.pen_states], dim=-1)

    def components(self, raw: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(mean [..., K, 2], log sigma [..., K, 2], rho [..., K]) in standardised units."""
        rest = raw[..., self.pen_states + self.mixtures :]
        mean_x, mean_y, sigma_x, sigma_y, rho = torch.split(rest, self.mixtures, dim=-1)
        log_sigma = torch.stack([sigma_x, sigma_y], dim=-1).clamp(self.log_sigma_min, self.log_sigma_max)
        return torch.stack([mean_x, mean_y], dim=-1), log_sigma, self.rho_limit * torch.tanh(rho)

    def log_density(self, raw: Tensor, offset: Tensor) -> Tensor:
        """log sum_k pi_k N(offset; mu_k, Sigma_k), natural logarithm, for standardised offsets [..., 2]: [...]."""
        mean, log_sigma, rho = self.components(raw)
        unit = (offset.unsqueeze(-2) - mean) * torch.exp(-log_sigma)
        x, y = unit[..., 0], unit[..., 1]
        rest = 1 - rho * rho
        square = (x * x + y * y - 2 * rho * x * y) / rest
        log_normal = -math.log(2 * math.pi) - log_sigma.sum(-1) - 0.5 * (torch.log(rest) + square)
        return torch.logsumexp(self.log_weights(raw) + log_normal, dim=-1)

    def log_likelihood(self, raw: Tensor, rows: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """(xy [n, T - 1] in pixels, pen [n, T - 1]): log density of rows[:, 1:], raw [n, T - 1, 3 + 6 K] given.

        Rows [n, T, 5] are in pixels. xy is 0 where the true row is the end row; both are 0 after the end.
        """
        target = rows[:, 1:]
        offset = frame.standardise(target[..., :2], mean, std)
        xy = self.log_density(raw, offset) - std.log().sum()
        pen = (self.log_pen(raw) * target[..., 2:]).sum(-1)
        return frame.masked(xy, pen, rows)

    def objective(self, raw: Tensor, rows: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """What training raises: the log likelihood itself."""
        return self.log_likelihood(raw, rows, mean, std)

    def as_mixture(self, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """A head [3 + 6 K, H] and its bias [3 + 6 K] as they are; see `Point.as_mixture`."""
        return weight, bias
