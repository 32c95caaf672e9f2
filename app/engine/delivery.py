"""How the rows of a drawing reach their reader: whole, in spare time, or as they are decoded."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Self

from app.engine.scheduling.job import ENDLESS

WINDOW = 128  # unread points after which a drawing without a pace stops: some turns' worth
SMALL = 16  # drawings of a request that are decoded as quickly as one: nine endings, the best of several
GRANT = 256  # points at most that the reader of a drawing with a pace grants at a time
FRAMES = 30  # messages a second, at most, of a drawing with a pace: more could not be told apart
FRAME_SECONDS = 1 / 60  # at least, from one message to the next: each costs a router as much as many points


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a reader wants of the engine, for all drawings that it opens together.

    `live`: the deadline is that of the first rows, not of the last. `window`: a drawing stops while so many rows are
    unread, or, without `refill`, until its reader grants more. `burst`: the most rows at a time. `belief`: rows come
    one at a time, with what the network drew each from. `large`: they are many, and may take longer than one drawing.
    `owner`: who asks for them, where one is not to hold up the others. `spare`: nobody waits for the drawings, so the
    engine decodes them while it has nothing else to do, however long that takes.
    """

    live: bool = False
    window: int | None = None
    burst: int = ENDLESS
    refill: bool = True
    belief: bool = False
    large: bool = False
    owner: Hashable = None
    spare: bool = False

    def __post_init__(self) -> None:
        assert self.burst == 1 or not self.belief

    @classmethod
    def whole(cls, count: int = 1, *, owner: Hashable = None) -> Self:
        """The whole drawing, one of so many, by the deadline."""
        return cls(large=count > SMALL, owner=owner)

    @classmethod
    def in_spare_time(cls) -> Self:
        """The whole drawing, whenever nobody else has a use for the device."""
        return cls(spare=True)

    @classmethod
    def streamed(cls, granted: int | None = None, *, belief: bool = False) -> Self:
        """Rows as they are decoded. `granted`: the first ones, of a pace that the reader keeps by granting the others.

        None is as fast as it reads.
        """
        if granted is None:
            return cls(live=True, window=WINDOW, burst=1 if belief else ENDLESS, belief=belief)
        return cls(live=True, window=granted, burst=1 if belief else GRANT, refill=False, belief=belief)


def frame(pace: float) -> int:
    """Points of a message at a pace, where few drawings have one."""
    return max(1, round(pace / FRAMES))
