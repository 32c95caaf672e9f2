"""A drawing as the path of its pen: equally many samples of any drawing, however its points lie on its lines.

Whether a line came as two points or as two hundred makes no difference to its samples, so raw strokes of a hand and
simplified ones are seen alike. The box of a drawing is normalised: its longer side goes from -1 to 1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from model.recogniser.lines import Lines

SAMPLES = 512
FIELDS = 6  # x, y; the direction's cosine and sine; whether the pen has just come down; the part of the path behind
PAUSE = 0.04  # what a pen coming down adds to the path, so that dots and short strokes are seen: 1 pixel of 50


class PenPath(NamedTuple):
    """Samples [n, SAMPLES, FIELDS] at equal distances along the paths, and how long these are: [n]."""

    samples: Tensor
    length: Tensor

    def to(self, device: torch.device | str) -> "PenPath":
        """The same on a device."""
        return PenPath(self.samples.to(device), self.length.to(device))


def normalised(points: Tensor) -> Tensor:
    """Points [n, P, 2] moved and scaled so that the longer side of each drawing's box goes from -1 to 1."""
    low, high = points.amin(dim=1, keepdim=True), points.amax(dim=1, keepdim=True)
    longer = (high - low).amax(dim=2, keepdim=True)
    scale = torch.where(longer > 0, 2 / longer.clamp(min=1e-12), torch.zeros_like(longer))
    return (points - (low + high) / 2) * scale


def sample(lines: Lines, samples: int = SAMPLES, pause: float = PAUSE) -> PenPath:
    """The paths of n drawings: strokes in their order, each begun with a `PAUSE`, without the ways between them.

    The last two arguments are constants, which TorchScript finds nowhere else.
    """
    points, begins = normalised(lines.points), lines.begins
    moves = torch.zeros_like(points)
    moves[:, 1:] = points[:, 1:] - points[:, :-1]
    steps = torch.linalg.vector_norm(moves, dim=-1).masked_fill(begins, pause)
    behind = steps.cumsum(dim=1)
    length = behind[:, -1]
    part = (torch.arange(samples, dtype=points.dtype, device=points.device) + 0.5) / samples
    wanted = part * length[:, None]
    number = torch.searchsorted(behind, wanted).clamp(max=points.shape[1] - 1)  # of the point that a sample leads to
    step = steps.gather(1, number)
    left = ((behind.gather(1, number) - wanted) / step.clamp(min=1e-12)).clamp(0, 1)
    down = begins.gather(1, number)
    pairs = number[..., None].expand(-1, -1, 2)
    move = moves.gather(1, pairs).masked_fill(down[..., None], 0)
    place = points.gather(1, pairs) - move * left[..., None]
    direction = move / step.clamp(min=1e-12)[..., None]
    fields = [place, direction, down[..., None].to(points.dtype), part.expand(len(points), -1)[..., None]]
    return PenPath(torch.cat(fields, dim=-1), length)
