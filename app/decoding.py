"""One drawing while it is decoded: the engine's side of it."""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from app.belief import Belief
from app.errors import AppError
from app.prefix import State
from app.request import DrawRequest
from app.scheduler import ENDLESS, Job
from model.noise import noise
from model.strokes import END_ROW, Array

Reason = Literal["finished", "max_points", "cancelled", "error"]

TAPE = 64  # steps of noise made at a time: starting the generator costs as much as some dozens of its numbers


@dataclass(frozen=True, slots=True)
class End:
    """How a drawing ended; `error` says why, where the reason is one."""

    reason: Reason
    error: AppError | None = None


Sink = Callable[[Array, End | None], None]  # rows [m, 5], and whether they are the last


class Decoding(Job):
    """A job with what it draws. `temperatures` may be set at any time; they hold from the next turn on."""

    def __init__(
        self,
        request: DrawRequest,
        sink: Sink,
        *,
        since: float,
        deadline: float = inf,
        live: bool = False,
        credit: int = ENDLESS,
        burst: int = ENDLESS,
        belief: bool = False,
        spare: bool = False,
    ) -> None:
        """`since`: the time it was asked for. `live`: the deadline is that of its first rows, not of its last.

        `belief`: it takes one step at a time, and `beliefs` has what each row was drawn from, before the sink has it.
        """
        super().__init__(None, deadline, credit, 1 if belief else burst, spare=spare)
        self.beliefs: deque[Belief] | None = deque() if belief else None
        self.request = request
        self.group = request.prefix or self._side_by_side()
        self.sink = sink
        self.since = since
        self.live = live
        self.temperatures = (request.temp_xy, request.temp_p)
        self.given = 0 if request.prefix is None else len(request.prefix.rows)
        assert self.given < request.points
        self.state: State | None = None  # None: it begins, or its runner has it
        self._tape: Array = np.empty((0, 4), np.float32)
        self._tape_first = 0

    def begin(self) -> None:
        """Go on from the prefix, if it is read."""
        prefix = self.request.prefix
        if prefix is not None and not prefix.left:
            self.state = prefix.state()
            self.group = self._side_by_side()

    def noise(self, steps: int) -> Array:
        """Random numbers [steps, 4] of its next steps: a function of its seed and the number of its points."""
        step = self.given + self.done
        first = step - self._tape_first
        if first + steps > len(self._tape):
            self._tape = noise([self.request.seed], step, max(steps, TAPE))[:, 0]
            self._tape_first, first = step, 0
        return self._tape[first : first + steps]

    def _side_by_side(self) -> tuple[str, int, bool, bool]:
        """The group of drawings by the same weights; those that take small steps hold back none but each other."""
        return self.request.checkpoint.card.sha256, self.burst, self.beliefs is not None, self.spare

    def take(self, rows: Array) -> tuple[Array, End | None]:
        """What of the next rows [k, 5] belongs to the drawing, with an end row if they end it; and how they do."""
        room = self.request.points - self.given - self.done
        ends = np.flatnonzero(rows[:room, 4] == 1)
        if len(ends):
            return _with_end(rows[: ends[0]]), End("finished")
        return (rows, None) if len(rows) < room else (_with_end(rows[:room]), End("max_points"))


def _with_end(rows: Array) -> Array:
    return np.concatenate([rows, END_ROW[None]])
