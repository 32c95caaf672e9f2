"""Changes that leave a drawing what it is, so that a few hundred drawings teach as if they were more."""

import torch
from torch import Tensor


def random_scale(rows: Tensor, spread: float, rng: torch.Generator) -> Tensor:
    """Rows [n, T, 5], each drawing stretched per axis by a factor from 1 +- spread (Ha and Eck, 2017, section 3.2)."""
    if not spread:
        return rows
    factor = 1 + spread * (2 * torch.rand(len(rows), 1, 2, generator=rng) - 1)
    return torch.cat([rows[..., :2] * factor, rows[..., 2:]], dim=-1)
