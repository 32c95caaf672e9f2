"""Pictures turned, stretched, mirrored and moved at random: still the same thing, and new to the classifier."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional


@dataclass(frozen=True, slots=True)
class Warp:
    """How far pictures may be changed. A drawing's box is normalised before, so small moves are enough."""

    turn: float = 12.0  # degrees either way
    zoom: float = 0.15  # both axes together, part of the size either way
    stretch: float = 0.12  # each axis by itself
    shear: float = 0.12
    move: float = 0.06  # part of the side
    mirror: bool = True


def fit(pictures: Tensor, size: int) -> Tensor:
    """Pictures [n, side, side] uint8 as float [n, 1, size, size] in 0..1, made smaller or larger, nothing else."""
    return _sampled(pictures, torch.eye(2, 3).repeat(len(pictures), 1, 1), size)


def warp(pictures: Tensor, size: int, how: Warp, rng: torch.Generator) -> Tensor:
    """The same, each picture changed as far as `how` allows, by random numbers of `rng`, of the pictures' device."""
    n = len(pictures)

    def either_way(spread: float) -> Tensor:
        return spread * (2 * torch.rand(n, generator=rng, device=rng.device) - 1)

    angle = either_way(math.radians(how.turn))
    zoom, wide, high = 1 + either_way(how.zoom), 1 + either_way(how.stretch), 1 + either_way(how.stretch)
    shear = either_way(how.shear)
    sign = (
        torch.where(torch.rand(n, generator=rng, device=rng.device) < 0.5, -1.0, 1.0)
        if how.mirror
        else torch.ones(n, device=rng.device)
    )
    cos, sin = torch.cos(angle), torch.sin(angle)
    matrix = torch.stack([cos * sign, shear - sin, sin * sign, cos], dim=-1).view(n, 2, 2)
    matrix = matrix * (zoom * torch.stack([wide, high])).t()[:, None, :]
    shift = torch.stack([either_way(2 * how.move), either_way(2 * how.move)], dim=-1)  # the grid's side is 2 long
    return _sampled(pictures, torch.cat([matrix, shift[..., None]], dim=-1), size)


def _sampled(pictures: Tensor, transforms: Tensor, size: int) -> Tensor:
    """Bilinear samples at [n, 2, 3] affine maps from output to input places."""
    grid = functional.affine_grid(transforms.to(pictures.device), [len(pictures), 1, size, size], align_corners=False)
    pixels = pictures[:, None].float() / 255
    return functional.grid_sample(pixels, grid, mode="bilinear", padding_mode="zeros", align_corners=False)
