"""The temperatures of one drawing from point to point: those it begins with, and how they change as it is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.engine.scheduling.job import ENDLESS

Temperatures = tuple[float, float]  # of the moves and of the pen


@dataclass(frozen=True, slots=True)
class TemperatureChange:
    """Other temperatures for all points but the first `point` that are drawn; None leaves one as it is."""

    point: int
    temp_xy: float | None = None
    temp_p: float | None = None


class Steering:
    """What a drawing is drawn at. `wish` is called in any thread, `temperatures` in the one that decodes alone.

    `made`: the changes so far that changed anything, in order. The drawing that knows them beforehand is the same.
    `ahead`: those known beforehand that have not come yet.
    """

    def __init__(self, begun: Temperatures, changes: Sequence[TemperatureChange] = ()) -> None:
        """`changes`: known beforehand, in order of their points; a wish takes the place of those still to come."""
        self.made: tuple[TemperatureChange, ...] = ()
        self._now = begun
        self.ahead = list(changes)
        self._wishes: list[tuple[float | None, float | None]] = []  # an empty deque would take half a kilobyte

    def wish(self, temp_xy: float | None, temp_p: float | None) -> None:
        """Other temperatures from the next point on that is not being decoded yet."""
        if temp_xy is not None or temp_p is not None:
            self._wishes.append((temp_xy, temp_p))

    def temperatures(self, point: int) -> Temperatures:
        """Those of the points from this one on, until `next_change`."""
        while self.ahead and self.ahead[0].point <= point:
            change = self.ahead.pop(0)
            self._change(change.point, change.temp_xy, change.temp_p)
        while self._wishes:
            self.ahead.clear()
            self._change(point, *self._wishes.pop(0))
        return self._now

    @property
    def is_settled(self) -> bool:
        """Whether they are those of the points before, as far as anybody knows."""
        return not (self._wishes or self.ahead)

    def next_change(self, point: int) -> int:
        """The first point after this one at which the temperatures are known to change."""
        return next((change.point for change in self.ahead if change.point > point), ENDLESS)

    def _change(self, point: int, temp_xy: float | None, temp_p: float | None) -> None:
        """Note what differs; several changes at one point are one."""
        (xy, p), self._now = self._now, _changed(self._now, temp_xy, temp_p)
        if self._now == (xy, p):
            return
        now_xy, now_p = self._now
        at_once = self.made[-1] if self.made and self.made[-1].point == point else TemperatureChange(point)
        new = TemperatureChange(
            point, at_once.temp_xy if now_xy == xy else now_xy, at_once.temp_p if now_p == p else now_p
        )
        self.made = (*(change for change in self.made if change.point != point), new)


def _changed(now: Temperatures, temp_xy: float | None, temp_p: float | None) -> Temperatures:
    return (now[0] if temp_xy is None else temp_xy, now[1] if temp_p is None else temp_p)
