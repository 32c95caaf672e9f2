"""What subjects of a checkpoint draw: a drawing for each seed."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from model.drawing import Drawing, draw
from model.strokes import END_ROW
from training.score.subject import Subject

BATCH = 512  # drawings decoded side by side


def sample_drawings(subject: Subject, seeds: Sequence[int], *, temp_xy: float, temp_p: float) -> list[Drawing]:
    """A drawing for each seed, as long as the card allows."""
    [drawings] = sample_each([subject], seeds, temp_xy=temp_xy, temp_p=temp_p)
    return drawings


def sample_each(
    subjects: Sequence[Subject], seeds: Sequence[int], *, temp_xy: float, temp_p: float
) -> list[list[Drawing]]:
    """The same of each of some subjects of one checkpoint, whose drawings are decoded side by side."""
    wanted = [(subject, seed) for subject in subjects for seed in seeds]
    drawn: list[Drawing] = []
    for start in range(0, len(wanted), BATCH):
        batch = wanted[start : start + BATCH]
        made = draw(
            subjects[0].checkpoint,
            [seed for _, seed in batch],
            temp_xy=temp_xy,
            temp_p=temp_p,
            max_points=max(subject.card.max_points for subject, _ in batch),
            subject=[subject.number for subject, _ in batch],
        )
        drawn += [_cut(drawing, subject.card.max_points) for drawing, (subject, _) in zip(made, batch, strict=True)]
    return [drawn[start : start + len(seeds)] for start in range(0, len(drawn), len(seeds))]


def _cut(drawing: Drawing, max_points: int) -> Drawing:
    """It as it is when none goes on beyond `max_points`: in company with others it may have."""
    points = len(drawing.stroke5) - 1
    if points < max_points:
        return drawing
    return replace(drawing, stroke5=np.concatenate([drawing.stroke5[:max_points], END_ROW[None]]), ended=False)
