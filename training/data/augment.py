"""Changes that leave a drawing what it is, so that a few hundred drawings teach as if they were more."""

import torch
from torch import Tensor


def random_scale(rows: Tensor, spread: float, rng: torch.Generator) -> Tensor:
    """Rows [n, T, 5], each drawing stretched per axis by a factor from 1 +- spread (Ha and Eck, 2017, section 3.2).

    `rng` is a generator of the rows' device.
    """
    if not spread:
        return rows
    factor = 1 + spread * (2 * torch.rand(len(rows), 1, 2, generator=rng, device=rows.device) - 1)
    return torch.cat([rows[..., :2] * factor, rows[..., 2:]], dim=-1)


def random_scale_and_turn(rows: Tensor, *, share: float, scale: float, turn: float, strength: float = 1.0) -> Tensor:
    """Rows [n, T, 5] of which about a `share` are stretched per axis by 1 +- `scale` and then turned.

    `turn` is the standard deviation of the angle in radians; `strength` is a factor of both, at 0 nothing is changed.
    The random numbers are the global ones of the rows' device, on which everything happens, so that nothing waits.
    """
    if not strength:
        return rows
    n, device = len(rows), rows.device
    changed = (torch.rand(n, 1, device=device) < share).float() * strength
    factor_x, factor_y = (1 + changed * scale * (2 * torch.rand(n, 1, device=device) - 1) for _ in range(2))
    angle = changed * turn * torch.randn(n, 1, device=device)
    cos, sin = angle.cos(), angle.sin()
    x, y = rows[..., 0] * factor_x, rows[..., 1] * factor_y
    return torch.cat([torch.stack([x * cos - y * sin, x * sin + y * cos], -1), rows[..., 2:]], -1)
