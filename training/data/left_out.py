"""Drawings that were read and are not used, counted by reason, so that none is lost without a word."""

import logging
from collections import Counter
from dataclasses import dataclass, field

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class LeftOut:
    """How many drawings were left out, by reason."""

    counts: Counter[str] = field(default_factory=Counter)

    def add(self, reason: str, count: int = 1) -> None:
        """Count some more."""
        self.counts[reason] += count

    def __str__(self) -> str:
        """For people: `30 longer than --max-points 200, 2 twins of held-out ones`; empty when there are none."""
        return ", ".join(f"{count:,} {reason}" for reason, count in self.counts.items() if count)

    def besides(self) -> str:
        """The same for the end of a message."""
        return f" (left out: {self})" if str(self) else ""

    def tell(self, about: str = "") -> None:
        """Log it, if there are any."""
        if str(self):
            log.warning("%sleft out: %s", f"{about}: " if about else "", self)


def too_long(max_points: int) -> str:
    """The reason of those that are longer than a person asked for."""
    return f"longer than --max-points {max_points}"


EMPTY = "without a move"
TWIN = "of --extra-data that are twins of held-out ones"
TURNED_DOWN = "that the game's own recogniser turned down"
