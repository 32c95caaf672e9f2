"""What a checkpoint draws: a drawing for each seed."""

from model.checkpoint import Checkpoint
from model.decode import Drawing, draw

BATCH = 250  # drawings decoded side by side


def sample_drawings(checkpoint: Checkpoint, seeds: range, *, temp_xy: float, temp_p: float) -> list[Drawing]:
    """A drawing of the checkpoint for each seed, as long as its card allows."""
    return [
        drawing
        for i in range(0, len(seeds), BATCH)
        for drawing in draw(
            checkpoint.module,
            seeds[i : i + BATCH],
            temp_xy=temp_xy,
            temp_p=temp_p,
            max_points=checkpoint.card.max_points,
            device=checkpoint.device,
        )
    ]
