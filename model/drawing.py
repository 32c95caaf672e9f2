"""Drawing with a checkpoint: seeds in, whole drawings out. The plain loop that everything offline uses."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.density.noise import noise
from model.state import select
from model.strokes import END_ROW, Array, points_of

CHUNK = 16  # steps between looking whether all have ended: a compromise of Python's share and of steps in vain


@dataclass(frozen=True, slots=True)
class Drawing:
    """A drawing and the seed that gives it again. `ended` is False when it was cut at the maximum of points."""

    seed: int
    stroke5: Array  # [T, 5], the end row last
    ended: bool


@torch.inference_mode()
def draw(
    checkpoint: Checkpoint,
    seeds: Sequence[int],
    *,
    temp_xy: float | Sequence[float],
    temp_p: float | Sequence[float],
    max_points: int,
    subject: int | Sequence[int] = 0,
    latents: Tensor | None = None,
    contexts: Tensor | None = None,
    chunk: int = CHUNK,
) -> list[Drawing]:
    """One drawing for each seed, decoded side by side, none longer than `max_points` rows before its end row.

    `temp_xy`, `temp_p`: of all of them, or of each. `subject`: of all of them, or of each, a number of the card's list.
    `latents` [n, Z]: of each; None is what the card has for its subject and seed, mostly none. `contexts` [n, w]: of
    each, in place of subject and latent code. The same checkpoint, subject, latent code, seed and temperatures give the
    same drawing, in whatever company. Raises ValueError when a temperature is below 0 or not a number, or `max_points`
    below 1.
    """
    n, device = len(seeds), checkpoint.device
    hot = [[each] * n if isinstance(each, float | int) else each for each in (temp_xy, temp_p)]
    if not all(0 <= each < math.inf for each in (*hot[0], *hot[1])):
        raise ValueError(f"temperatures are 0 or more, not {temp_xy} and {temp_p}")
    if max_points < 1:
        raise ValueError(f"a drawing has at least one point, not {max_points}")
    if n == 0:
        return []
    subjects = [subject] * n if isinstance(subject, int) else subject
    if contexts is None:
        contexts = checkpoint.contexts(subjects, checkpoint.styles(subjects, seeds) if latents is None else latents)
    state = checkpoint.module.begin(contexts.to(device))
    temperature = torch.tensor(hot, dtype=torch.float32, device=device).t().contiguous()
    parts: list[list[Array]] = [[] for _ in seeds]
    going = list(range(n))  # those that have not ended: the few longest are not to cost what all cost
    for first in range(0, max_points, chunk):
        steps = min(chunk, max_points - first)
        numbers = torch.from_numpy(noise([seeds[i] for i in going], first, steps)).to(device)
        drawn, state = checkpoint.module.advance(state, temperature[going], numbers)
        rows = drawn.cpu().numpy()
        for i, part in zip(going, rows.transpose(1, 0, 2), strict=True):
            parts[i].append(part)
        left = np.flatnonzero(rows[-1, :, 4] != 1)
        if not len(left):
            break
        going, state = [going[i] for i in left], select(state, torch.from_numpy(left).to(device))
    return [_whole(seed, drawing) for seed, drawing in zip(seeds, parts, strict=True)]


def _whole(seed: int, parts: Sequence[Array]) -> Drawing:
    rows = np.concatenate(parts)
    points = points_of(rows)
    return Drawing(seed, np.concatenate([rows[:points], END_ROW[None]]), ended=points < len(rows))
