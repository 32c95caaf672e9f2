"""How many drawings there may be, and how long turns are: the dials of a scheduler."""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, slots=True)
class Limits:
    """How many jobs may wait and run, how many there may be with the parked ones, and how long a turn is.

    So many as `seats` are given slots before a turn: each costs some tenths of a millisecond, for which all wait. While
    others have slots, so many as `slow` of them may be of newcomers with a pace, and as many of large requests. A turn
    takes `few` steps while somebody waits for a first point, unless `brisk` seconds are enough for `many`, else up to
    `many`, as far as `seconds` allow, in whole `units`; a job of a large request takes one in `large` of them while
    there are others, as does one whose owner has `each` older ones.
    """

    waiting: int = 256
    running: int = 512
    all: int = 8192  # a parked job takes some ten kilobytes
    seats: int = 128
    slow: int = 16
    few: int = 12
    many: int = 40
    large: int = 8
    each: int = 8
    seconds: float = 0.05
    unit: int = 1
    brisk: float = 0.0

    @classmethod
    def of(cls, device: str, *, waiting: int, running: int) -> Self:
        """Those that suit a device.

        A GPU takes as long for thousands of drawings as for a few, and each turn costs it as much as dozens of steps;
        so turns are long, everybody has a slot at once, and steps come as its graphs have them
        (`model.device.graph`). A turn for first points is as long as the longest of these: drawings with a pace would
        take two turns for each message, as somebody always begins, and nobody sees the millisecond.
        """
        if device == "cpu":
            return cls(waiting, running)
        return cls(waiting, running, all=65536, seats=4096, slow=512, few=16, many=64, large=2, unit=16, brisk=0.01)
