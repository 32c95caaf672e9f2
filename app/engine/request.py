"""What is asked of the engine."""

from dataclasses import dataclass

from app.catalogue.subject import Subject
from app.engine.prefix import Prefix
from model.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One drawing to decode: of what, by which network, from which seed, how hot, how long, and what is drawn already.

    `network` is that of the subject, loaded. `max_points` counts the points that are given too; None is the subject's.
    Requests that share a `prefix` share the work of reading it.
    """

    network: Checkpoint
    subject: Subject
    seed: int
    temp_xy: float
    temp_p: float
    max_points: int | None = None
    prefix: Prefix | None = None

    @property
    def points(self) -> int:
        """The most points that it may have, the subject's maximum at most."""
        most = self.subject.card.max_points
        return most if self.max_points is None else min(most, self.max_points)
