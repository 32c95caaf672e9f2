"""Between pixels and the network's units. Plain tensor code that TorchScript compiles."""

import torch
from torch import Tensor

INPUTS = 5  # dx, dy, p1, p2, p3
MOVE = 2  # of which dx, dy


def standardise(offsets: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Offsets [..., 2] in pixels to the network's units, per axis."""
    return (offsets - mean) / std


def inputs(rows: Tensor, mean: Tensor, std: Tensor) -> Tensor:
    """Stroke-5 rows [..., 5] in pixels to what the network reads [..., 5]: standardised offset and pen."""
    return torch.cat([standardise(rows[..., :2], mean, std), rows[..., 2:]], dim=-1)


def masked(xy: Tensor, pen: Tensor, rows: Tensor) -> tuple[Tensor, Tensor]:
    """What counts of (xy, pen) [n, T - 1] of rows[:, 1:]: no move at an end row, and nothing after it."""
    return xy.masked_fill(rows[:, 1:, 4] == 1, 0.0), pen.masked_fill(rows[:, :-1, 4] == 1, 0.0)
