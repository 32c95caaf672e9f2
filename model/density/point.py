"""The next move as one point: what a network learns by squared error, and the density that this amounts to.

Squared error is minus the log density of a normal distribution of the same width everywhere, up to constants (Bishop,
"Mixture Density Networks", 1994, section 2). So a network that foresees a point is scored and drawn from as a mixture
of one such normal, isotropic in standardised units, whose width is fitted once the means are learnt.
"""

import math

import torch
from torch import Tensor, nn

from model import frame
from model.density.mixture import Mixture

FIELDS = Mixture.pen_states + Mixture.fields  # of a mixture of one: pen 3, log-weight, mean 2, log sigma 2, rho


class Point(nn.Module):
    """The mean of the next move and, with `pen`, the pen's logits before it: a raw output of length 2 or 5.

    Buffers, fitted to held-out drawings by `fit`: `log_sigma` [], in standardised units, and, used without `pen`,
    `log_pen` [3], how often each state of the pen is seen.
    """

    mixtures = 1
    log_sigma: Tensor
    log_pen: Tensor

    def __init__(self, *, pen: bool) -> None:
        super().__init__()
        self.pen = pen
        self.register_buffer("log_sigma", torch.zeros(()))
        self.register_buffer("log_pen", torch.full((Mixture.pen_states,), -math.log(Mixture.pen_states)))
        self.as_one = Mixture(self.mixtures)

    def outputs(self) -> int:
        """Length of the raw output."""
        return frame.INPUTS if self.pen else frame.MOVE

    def objective(self, raw: Tensor, rows: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """Minus half the squared errors (xy, pen) [n, T - 1] of standardised offsets and of the pen's probabilities.

        Masked as `Mixture.log_likelihood` is. The article's loss: squared error on all numbers that are foreseen.
        """
        target = frame.inputs(rows[:, 1:], mean, std)
        xy = -0.5 * (raw[..., -frame.MOVE :] - target[..., : frame.MOVE]).square().sum(-1)
        pen = torch.zeros_like(xy)
        if self.pen:
            found = raw[..., : Mixture.pen_states].softmax(-1)
            pen = -0.5 * (found - target[..., frame.MOVE :]).square().sum(-1)
        return frame.masked(xy, pen, rows)

    def log_likelihood(self, raw: Tensor, rows: Tensor, mean: Tensor, std: Tensor) -> tuple[Tensor, Tensor]:
        """As `Mixture.log_likelihood`, of the mixture of one that it amounts to."""
        matrix, constant = self._as_one()
        return self.as_one.log_likelihood(raw @ matrix.t() + constant, rows, mean, std)

    def as_mixture(self, weight: Tensor, bias: Tensor) -> tuple[Tensor, Tensor]:
        """A head of raw outputs, weight [2 or 5, H] and bias, as the head [9, H] of a mixture of one."""
        matrix, constant = self._as_one()
        return matrix @ weight, matrix @ bias + constant

    @torch.no_grad()
    def fit(self, variance: float, pens: Tensor) -> None:
        """Set the constants: mean squared error per axis in standardised units, counts [3] of the pen's states.

        Each state counts once more than it was seen, so that none is impossible (Laplace).
        """
        self.log_sigma.fill_(0.5 * math.log(variance))
        self.log_pen.copy_((pens + 1).log() - (pens + 1).sum().log())

    def _as_one(self) -> tuple[Tensor, Tensor]:
        """Matrix [9, 2 or 5] and constant [9] that make the raw output of a mixture of one from ours."""
        pens, means = Mixture.pen_states, slice(Mixture.pen_states + 1, Mixture.pen_states + 1 + frame.MOVE)
        matrix = self.log_pen.new_zeros(FIELDS, self.outputs())
        constant = self.log_pen.new_zeros(FIELDS)
        matrix[means, -frame.MOVE :] = torch.eye(frame.MOVE, device=matrix.device)
        constant[means.stop : means.stop + 2] = self.log_sigma
        if self.pen:
            matrix[:pens, :pens] = torch.eye(pens, device=matrix.device)
        else:
            constant[:pens] = self.log_pen
        return matrix, constant
