"""What a row of a drawing adds to the sums of a layer that reads it."""

import torch
from torch import Tensor, nn

from model import frame


class InputProjection(nn.Module):
    """Rows in pixels times `weight` [m, 5], one number of a row at a time, so that company does not matter: [n, m].

    `weight` is for standardised offsets (`model.frame`), and all that a file holds. `prepare` makes of it the rows
    [1, m] that take pixels. Where nothing counts after an end row it is read as pen down; `end` is what it is more.
    """

    weight: Tensor
    dx: Tensor
    dy: Tensor
    lift: Tensor
    end: Tensor
    down: Tensor
    centre: Tensor

    def __init__(self, weight: Tensor) -> None:
        super().__init__()
        self.register_buffer("weight", weight)
        self.dx = self.dy = self.lift = self.end = self.down = self.centre = weight[:0].clone()

    def prepare(self, mean: Tensor, std: Tensor, factor: Tensor) -> None:
        """Take pixels whose offsets have that mean and std [2] from now on; give sums times `factor` [m]."""
        weight = self.weight * factor.unsqueeze(1)
        move, pens = weight[:, : frame.MOVE] / std, weight[:, frame.MOVE :]
        self.dx, self.dy = move[:, 0].unsqueeze(0).contiguous(), move[:, 1].unsqueeze(0).contiguous()
        self.lift = (pens[:, 1] - pens[:, 0]).unsqueeze(0).contiguous()
        self.end = (pens[:, 2] - pens[:, 0]).unsqueeze(0).contiguous()
        self.down, self.centre = pens[:, 0].unsqueeze(0).contiguous(), (move @ mean).unsqueeze(0)

    def constant(self, bias: Tensor) -> Tensor:
        """What does not depend on the row, of a bias [n, m] times the factor: [n, m]."""
        return bias - self.centre + self.down

    def forward(self, dx: Tensor, dy: Tensor, lift: Tensor, constant: Tensor, out: Tensor) -> Tensor:
        """Of rows whose offsets are dx, dy and whose pens lift where `lift` is 1, each [n, 1]; into `out` [n, m]."""
        return torch.addcmul(constant, dx, self.dx, out=out).addcmul_(dy, self.dy).addcmul_(lift, self.lift)
