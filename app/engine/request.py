"""What is asked of the engine."""

from dataclasses import dataclass

from app.engine.prefix import Prefix
from model.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One drawing to decode: by which checkpoint, from which seed, how hot, how long, and what is drawn already.

    `max_points` counts the points that are given too; None is the card's. Requests that share a `prefix` share the
    work of reading it.
    """

    checkpoint: Checkpoint
    seed: int
    temp_xy: float
    temp_p: float
    max_points: int | None = None
    prefix: Prefix | None = None

    @property
    def points(self) -> int:
        """The most points that it may have, the card's maximum at most."""
        most = self.checkpoint.card.max_points
        return most if self.max_points is None else min(most, self.max_points)
