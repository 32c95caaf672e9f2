"""A path as a small picture that also shows where its pen came down, which way it went and in which order."""

import torch
from torch import Tensor

from model.recogniser.path import FIELDS, PenPath

CHANNELS = (
    FIELDS - 1
)  # ink; direction's cosine and sine, the pen coming down, the part of the path behind, where ink is
MARGIN = 2.0  # pixels around a drawing's box


def rasterise(path: PenPath, size: int, channels: int = CHANNELS, margin: float = MARGIN) -> Tensor:
    """Pictures [n, CHANNELS, size, size], each pixel's channels beside each other in memory.

    Each sample leaves the ink of its share of the path on the four pixels around it, by its distance from them. A pixel
    is full at 1; the other channels are means of what passed there, times the ink.

    The last two arguments are constants, which TorchScript finds nowhere else.
    """
    n, samples, _ = path.samples.shape
    half = (size - 1) / 2 - margin
    place = path.samples[..., :2] * half + (size - 1) / 2
    corner = place.floor().clamp(0, size - 2)
    right, down = (place - corner).unbind(-1)
    first = corner[..., 1] * size + corner[..., 0] + size * size * torch.arange(n, device=place.device)[:, None]
    marks = torch.cat([torch.ones_like(path.samples[..., :1]), path.samples[..., 2:]], dim=-1)
    marks = marks * (path.length * (half / samples))[:, None, None]
    around = torch.arange(4, device=place.device)
    to = (first.long()[..., None] + around % 2 + around // 2 * size).flatten()
    shares = torch.stack([(1 - right) * (1 - down), right * (1 - down), (1 - right) * down, right * down], dim=-1)
    picture = place.new_zeros([n * size * size, channels])
    picture.index_add_(0, to, (marks[..., None, :] * shares[..., None]).view(-1, channels))
    picture /= picture[:, :1].clamp(min=1)
    return picture.view(n, size, size, channels).permute(0, 3, 1, 2)
