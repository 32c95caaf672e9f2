"""What a row of a drawing adds to the sums of the lowest layer."""

import torch
from torch import Tensor, nn


class Entry(nn.Module):
    """Rows in pixels times `w_input` [m, 5] plus `bias` [m], one number of a row at a time: [n, m].

    The matrix is for standardised offsets (`model.frame`); `down`, `dx`, `dy` and `lift` [1, m], made of it, take
    pixels. A row's sums do not depend on its company. An end row is read as pen down: nothing counts after it.
    """

    w_input: Tensor
    bias: Tensor
    down: Tensor
    dx: Tensor
    dy: Tensor
    lift: Tensor

    def __init__(self, w_input: Tensor, bias: Tensor, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.register_buffer("w_input", w_input.detach().float().cpu().clone())
        self.register_buffer("bias", bias.detach().float().cpu().clone())
        move, pens = self.w_input[:, :2] / std, self.w_input[:, 2:]
        rows = {"dx": move[:, 0], "dy": move[:, 1], "down": self.bias - move @ mean + pens[:, 0]}
        for name, row in (rows | {"lift": pens[:, 1] - pens[:, 0]}).items():
            self.register_buffer(name, row.unsqueeze(0).contiguous())

    def forward(self, dx: Tensor, dy: Tensor, lift: Tensor, out: Tensor) -> Tensor:
        """Of rows whose offsets are dx, dy and whose pens lift where `lift` is 1, each [n, 1]; into `out` [n, m]."""
        return torch.addcmul(self.down, dx, self.dx, out=out).addcmul_(dy, self.dy).addcmul_(lift, self.lift)
