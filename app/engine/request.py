"""What is asked of the engine."""

from dataclasses import dataclass
from typing import Self

from app.catalogue.subject import Subject
from app.engine.prefix import Prefix
from app.engine.steering import TemperatureChange
from model.alike.codes import Told
from model.checkpoint import Checkpoint


@dataclass(frozen=True, slots=True)
class DrawRequest:
    """One drawing to decode: of what, by which network, from which seed, how hot, how long, and what is drawn already.

    `network` is that of the subject, loaded. `max_points` counts the points that are given too; None is the subject's.
    Requests that share a `prefix` share the work of reading it. `told`: the latent code that it is drawn by, made at
    admission; None is the style that the card has for the seed, if any. `changes`: how the temperatures change on the
    way, in order of the points. `seed_text`: what the client said for the seed, where that was no number; the answer
    says it back.
    """

    network: Checkpoint
    subject: Subject
    seed: int
    temp_xy: float
    temp_p: float
    max_points: int | None = None
    prefix: Prefix | None = None
    told: Told | None = None
    changes: tuple[TemperatureChange, ...] = ()
    seed_text: str | None = None

    def of_seed(self, seed: int) -> Self:
        """The same from a seed, which has no text unless it is this one's."""
        if seed == self.seed:
            return self
        return type(self)(  # `replace` takes thrice as long, and each ready drawing is one of another seed
            self.network,
            self.subject,
            seed,
            self.temp_xy,
            self.temp_p,
            self.max_points,
            self.prefix,
            self.told,
            self.changes,
        )

    @property
    def latent(self) -> str | None:
        """The latent code that it is drawn by, as text; None for none."""
        if self.told is not None:
            return self.told.latent
        return None if self.prefix is not None else self.subject.card.style_of(self.seed)

    @property
    def least(self) -> int:
        """The points that it has before the network may end it: those of short drawings, where somebody began it.

        By itself a network ends drawings as people do; but a line or two that it does not know how to go on with it
        holds for one of the scribbles that it learnt from.
        """
        return 0 if self.prefix is None else min(self.subject.card.least_points, self.points)

    @property
    def points(self) -> int:
        """The most points that it may have, the subject's maximum at most."""
        most = self.subject.card.max_points
        return most if self.max_points is None else min(most, self.max_points)
