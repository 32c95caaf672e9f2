"""One drawing, as far as its turn is concerned, and the places where it may be."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from enum import StrEnum
from math import inf

ENDLESS = 2**62  # credit of a job whose reader is never behind


class Place(StrEnum):  # whose hash is that of a string, and written in C
    """Where a job is."""

    NEW = "new"
    WAITING = "waiting"
    RUNNING = "running"
    PARKED = "parked"
    RETURNING = "returning"
    GONE = "gone"


NEW, WAITING, RUNNING, PARKED, RETURNING, GONE = Place  # a member of an enumeration is found four times as slowly
HELD = (WAITING, RUNNING, PARKED, RETURNING)


@dataclass(eq=False)
class Job:
    """One drawing, as far as its turn is concerned.

    `group`: jobs of one group are decoded side by side. `deadline`: the time from which on it is given up. `credit`:
    steps that its reader leaves room for; without any it is parked. `burst`: the most steps
    that it may take in a turn. `large`: it is one of many that were asked for together. `owner`: whose it is, where
    that matters. `spare`: nobody waits for it. `done`: steps taken.
    """

    group: Hashable
    deadline: float = inf
    credit: int = ENDLESS
    burst: int = ENDLESS
    large: bool = False
    owner: Hashable = None
    done: int = 0
    spare: bool = False
    place: Place = field(default=NEW, init=False)

    @property
    def is_gone(self) -> bool:
        """Whether it has its last turn behind it."""
        return self.place is GONE

    def most(self) -> int:
        """The most steps that it may take in the next turn."""
        return self.burst
