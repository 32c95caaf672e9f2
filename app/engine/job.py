"""One drawing while it is decoded: the engine's side of it."""

from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import inf
from typing import Literal

import numpy as np

from app.engine.belief import Belief
from app.engine.delivery import Delivery
from app.engine.request import DrawRequest
from app.engine.scheduling.job import ENDLESS, Job
from app.engine.steering import Steering, Temperatures
from app.errors import AppError
from model.density.noise import held, noise
from model.state import State
from model.strokes import END_ROW, Array

Reason = Literal["finished", "max_points", "cancelled", "error"]

NOTHING: Array = np.empty((0, 5), np.float32)
NO_NOISE: Array = np.empty((0, 4), np.float32)
NOISE_STEPS = 64  # steps of noise made at a time: starting the generator costs as much as some dozens of its numbers


@dataclass(frozen=True, slots=True)
class End:
    """How a drawing ended; `error` says why, where the reason is one."""

    reason: Reason
    error: AppError | None = None


FINISHED, CUT_OFF = End("finished"), End("max_points")

Sink = Callable[[Array, End | None], None]  # rows [m, 5], and whether they are the last


def nobody(rows: Array, end: End | None) -> None:
    """What takes the rows that nobody reads any more."""


class DrawingJob(Job):
    """A job with what it draws. Its `steering` takes wishes at any time; they hold from the next turn on."""

    def __init__(
        self,
        request: DrawRequest,
        sink: Sink,
        delivery: Delivery,
        *,
        since: float,
        deadline: float = inf,
    ) -> None:
        """`since`: the time it was asked for. `beliefs` has what each row was drawn from, before the sink has it."""
        credit = ENDLESS if delivery.window is None else delivery.window
        super().__init__(
            request.network.card.sha256,
            deadline,
            credit,
            delivery.burst,
            large=delivery.large,
            owner=delivery.owner,
            spare=delivery.spare,
        )
        self.beliefs: deque[Belief] | None = deque() if delivery.belief else None
        self.request = request
        self.sink = sink
        self.since = since
        self.live = delivery.live
        self.steering = Steering((request.temp_xy, request.temp_p), request.changes)
        self.given = 0 if request.prefix is None else len(request.prefix.rows)
        self.points = request.points
        assert self.given < self.points
        self.state: State | None = None  # None: it begins, or its runner has it
        self._noise = NO_NOISE
        self._noise_first = 0

    @property
    def reads(self) -> bool:
        """Whether the network has still to read what is given."""
        prefix = self.request.prefix
        return prefix is not None and prefix.left > 0

    @property
    def step(self) -> int:
        """Rows that it has already, given and drawn."""
        return self.given + self.done

    def temperatures(self) -> Temperatures:
        """Those of its next rows, `most` of them."""
        return self.steering.temperatures(self.done)

    def most(self) -> int:
        """As many as its reader granted, where it has a pace, up to a point where its temperatures are to change."""
        most = self.burst
        if self.credit < most != ENDLESS:
            most = max(1, self.credit)
        if not self.steering.ahead:
            return most
        until = self.steering.next_change(self.done)
        return most if until == ENDLESS else min(most, until - self.done)

    def lacks_noise(self, steps: int) -> bool:
        """Whether random numbers for so many next steps have to be made first."""
        return self.step - self._noise_first + steps > len(self._noise)

    def set_noise(self, noise: Array) -> None:
        """Keep random numbers [k, 4] for its next steps."""
        self._noise, self._noise_first = noise, self.step

    def noise(self, steps: int) -> Array:
        """Random numbers [steps, 4] of its next steps; it lacks none of them."""
        first = self.step - self._noise_first
        return held(self._noise[first : first + steps], self.request.least - self.step)

    def take(self, rows: Array, end: int) -> tuple[Array, End | None]:
        """What of the next rows [k, 5] belongs to the drawing, with an end row if they end it; and how they do.

        `end`: the first end row among them, k for none (`first_ends`).
        """
        room, count = self.points - self.given - self.done, len(rows)
        if end < count and end < room:
            return _with_end(rows[:end]), FINISHED
        return (rows, None) if count < room else (_with_end(rows[:room]), CUT_OFF)


def first_ends(drawn: Sequence[Array]) -> list[int]:
    """Of the rows [k, 5] of each of some drawings the number of their first end row, k for none: in one pass."""
    ends = list(map(len, drawn))
    if not any(ends):
        return ends
    [found] = (np.concatenate(drawn)[:, 4] == 1).nonzero()
    if not len(found):
        return ends
    begins = np.array([0, *ends]).cumsum()
    owners = begins.searchsorted(found, side="right") - 1  # in order, as what was found
    is_first = np.ones(len(owners), bool)
    np.not_equal(owners[1:], owners[:-1], out=is_first[1:])
    owners = owners[is_first]
    for owner, at in zip(owners.tolist(), (found[is_first] - begins[owners]).tolist(), strict=True):
        ends[owner] = at
    return ends


def _with_end(rows: Array) -> Array:
    return np.concatenate([rows, END_ROW[None]])


def noise_for(jobs: Sequence[DrawingJob], steps: Sequence[int]) -> list[Array]:
    """Random numbers [k, 4] of the next k of `steps` each of drawings: a function of their seeds and points alone."""
    lacking: dict[int, list[DrawingJob]] = defaultdict(list)
    for job, its in zip(jobs, steps, strict=True):
        if job.lacks_noise(its):
            lacking[job.step].append(job)
    for step, some in lacking.items():  # together, for that costs half as much
        numbers = noise([job.request.seed for job in some], step, max(*steps, NOISE_STEPS))
        for i, job in enumerate(some):
            job.set_noise(numbers[:, i])
    return [job.noise(its) for job, its in zip(jobs, steps, strict=True)]
