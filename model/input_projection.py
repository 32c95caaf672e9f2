"""What a row of a drawing adds to the sums of a layer that reads it."""

from typing import Final

import torch
from torch import Tensor, nn

from model import frame


class InputProjection(nn.Module):
    """Rows in pixels times `weight` [m, 5], one number of a row at a time, so that company does not matter: [n, m].

    `weight` is for standardised offsets (`model.frame`), and all that a file holds. `prepare` makes of it the rows
    [1, m] that take pixels. Where nothing counts after an end row it is read as pen down; `end` is what it is more.
    """

    many: Final[int] = 8  # steps, from which on `common` gains more than it takes

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
        self.down, self.centre = pens[:, 0].unsqueeze(0).contiguous(), _centre(self.dx, self.dy, mean)

    def constant(self, bias: Tensor) -> Tensor:
        """What does not depend on the row, of a bias [n, m] times the factor: [n, m]."""
        return (bias - self.centre).add_(self.down)

    def common(self, constants: Tensor, steps: int) -> Tensor:
        """Constants [n, m] for so many steps: one row where all are alike, which stays in the processor's cache."""
        if constants.size(0) < 2 or steps < self.many:
            return constants
        # to compare each row with the first would take five times as long
        return constants[:1] if bool((constants.amax(0) == constants.amin(0)).all()) else constants

    def forward(self, dx: Tensor, dy: Tensor, lift: Tensor, constant: Tensor, out: Tensor) -> Tensor:
        """Of rows whose offsets are dx, dy and whose pens lift where `lift` is 1, each [n, 1]; into `out` [n, m]."""
        return torch.addcmul(constant, dx, self.dx, out=out).addcmul_(dy, self.dy).addcmul_(lift, self.lift)


def _centre(dx: Tensor, dy: Tensor, mean: Tensor) -> Tensor:
    """What the rows dx and dy [1, m] make of a mean [2], with the same bits on every device: [1, m].

    A product of matrices rounds it as its library likes, and a head that reads finely passes that on to drawings.
    """
    across = (dx * mean[0]).double()
    return torch.addcmul(across, dy.double(), mean[1].double()).float()  # exact but for one sum, and its rounding
