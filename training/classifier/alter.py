"""Drawings altered at random, stroke by stroke: still the same thing, and new to the classifier."""

import math
from dataclasses import dataclass

import torch
from torch import Tensor

from model.recogniser.lines import Lines
from model.recogniser.path import PenPath, normalised, sample


@dataclass(frozen=True, slots=True)
class Alteration:
    """How far drawings may be altered; lengths are parts of half the longer side of a drawing's box."""

    unfinished: float = 0.3  # of the drawings end early, half of them within a stroke
    shortest: float = 0.15  # what is left of those at least, of their strokes or of their points
    dropped: float = 0.12  # of the drawings lack a stroke, though never the first
    moved: float = 0.03  # deviation of the places of single strokes, at most
    bent: float = 0.04  # amplitude of two waves that bend the paper, at most; the second is half as high again
    waves: float = 1.0  # of them across the paper, at most
    turn: float = 12.0  # degrees either way
    stretch: float = 0.14  # each axis by itself, either way
    shear: float = 0.12
    mirror: bool = True
    smaller: float = 0.18  # by how much at most, and then moved about within the box


def altered(lines: Lines, how: Alteration, rng: torch.Generator) -> PenPath:
    """The paths of drawings, each altered as far as `how` allows, by random numbers of `rng`, on their device."""
    lines = _unfinished(Lines(normalised(lines.points), lines.begins), how, rng)
    points, begins = _without_a_stroke(lines, how, rng)
    points = _moved(points, begins, how, rng)
    points = _turned(_bent(points, how, rng), how, rng)
    return _smaller(sample(Lines(points, begins)), how, rng)


def _unfinished(lines: Lines, how: Alteration, rng: torch.Generator) -> Lines:
    points, begins = lines
    n, most = begins.shape
    numbers = begins.long().cumsum(dim=1)  # of the strokes, from 1
    places = torch.arange(most, device=points.device)
    count = 1 + (points[:, 1:] != points[:, :-1]).any(dim=-1).long().mul(places[1:]).amax(dim=1)
    part = how.shortest + (1 - how.shortest) * _chance(n, rng)
    strokes = (numbers <= (part * numbers[:, -1]).ceil()[:, None]).sum(dim=1)
    within = (part * count).ceil().long().clamp(min=2)
    end = torch.where(_chance(n, rng) < 0.5, strokes, within)
    end = torch.where(_chance(n, rng) < how.unfinished, torch.minimum(end, count), count)
    last = torch.minimum(places, end[:, None] - 1)
    return Lines(points.gather(1, last[..., None].expand(-1, -1, 2)), begins & (places < end[:, None]))


def _without_a_stroke(lines: Lines, how: Alteration, rng: torch.Generator) -> Lines:
    """The points of the stroke that is dropped are laid on the last one before it, so that they have no length."""
    points, begins = lines
    numbers = begins.long().cumsum(dim=1)
    which = 2 + (_chance(len(points), rng) * (numbers[:, -1] - 1)).long()
    which = torch.where(_chance(len(points), rng) < how.dropped, which, 0)
    gone = numbers == which[:, None]
    before = ((numbers < which[:, None]).sum(dim=1) - 1).clamp(min=0)
    stay = points.gather(1, before[:, None, None].expand(-1, 1, 2))
    return Lines(torch.where(gone[..., None], stay, points), begins & ~gone)


def _moved(points: Tensor, begins: Tensor, how: Alteration, rng: torch.Generator) -> Tensor:
    numbers = begins.long().cumsum(dim=1)
    far = how.moved * _chance((len(points), 1, 1), rng)
    moves = far * torch.randn(len(points), _most(numbers) + 1, 2, generator=rng, device=rng.device)
    return points + moves.gather(1, numbers[..., None].expand(-1, -1, 2))


def _most(numbers: Tensor) -> int:
    """At least the highest number of a stroke. A GPU is not asked, and waited for: there are no more than points."""
    return numbers.size(1) if numbers.is_cuda else int(numbers.max())


def _bent(points: Tensor, how: Alteration, rng: torch.Generator) -> Tensor:
    for height in (1.5 * how.bent, how.bent):
        wave = math.pi * how.waves * _either_way((len(points), 2, 2), rng)
        phase = 2 * math.pi * _chance((len(points), 1, 2), rng)
        bends = torch.sin(torch.einsum("npc,ndc->npd", points, wave) + phase)
        points = points + height * _chance((len(points), 1, 2), rng) * bends
    return points


def _turned(points: Tensor, how: Alteration, rng: torch.Generator) -> Tensor:
    n = (len(points),)
    angle, shear = math.radians(how.turn) * _either_way(n, rng), how.shear * _either_way(n, rng)
    wide, high = 1 + how.stretch * _either_way(n, rng), 1 + how.stretch * _either_way(n, rng)
    sign = torch.where(_chance(n, rng) < 0.5, -1.0, 1.0) if how.mirror else torch.ones(n, device=rng.device)
    cos, sin = angle.cos(), angle.sin()
    matrix = torch.stack([cos * sign * wide, (shear - sin) * wide, sin * sign * high, cos * high], dim=-1)
    return torch.einsum("npc,ndc->npd", points, matrix.view(-1, 2, 2))


def _smaller(path: PenPath, how: Alteration, rng: torch.Generator) -> PenPath:
    n = len(path.length)
    size = 1 - how.smaller * _chance(n, rng)
    samples = path.samples.clone()
    samples[..., :2] *= size[:, None, None]
    samples[..., :2] += ((1 - size)[:, None] * _either_way((n, 2), rng))[:, None]
    return PenPath(samples, path.length * size)


def _either_way(shape: tuple[int, ...], rng: torch.Generator) -> Tensor:
    return 2 * _chance(shape, rng) - 1


def _chance(shape: int | tuple[int, ...], rng: torch.Generator) -> Tensor:
    return torch.rand(shape, generator=rng, device=rng.device)
