"""Drawings of one network side by side, as many as have a turn: the runner of a CPU."""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import torch
from torch import Tensor

from app.engine.job import DrawingJob, noise_for
from app.engine.seated_runner import ROOMY, SeatedRunner
from model.checkpoint import Checkpoint
from model.state import State, put, room_for, select
from model.strokes import Array
from model.table import moved, sized

FEWEST = 16  # rows of the table


class Runner(SeatedRunner):
    """Keeps the states of all drawings in one table, a row for each: those with a turn are drawn on in one call."""

    def __init__(self, network: Checkpoint) -> None:
        super().__init__(network)
        self._table: State = []  # empty until it is known what a state is like

    def _draw(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        self._seat(jobs)
        places = self._tensor_of(self._seats.of(jobs))
        temperature = torch.tensor([job.temperatures() for job in jobs], dtype=torch.float32, device=places.device)
        numbers = torch.from_numpy(_side_by_side(noise_for(jobs, steps))).to(places.device)
        until, counts = _stages(steps)
        ready()
        rows, raw = self._network.tables.draw(self._table, places, temperature, numbers, until, counts)
        if watched := [i for i, job in enumerate(jobs) if job.beliefs is not None]:  # they take one step
            its = raw if len(watched) == len(jobs) else raw.index_select(0, self._tensor_of(watched))
            self._believe([jobs[i] for i in watched], its)
        drawn: Array = rows.cpu().numpy()
        return [drawn[:its, i].copy() for i, its in enumerate(steps)]

    def _seat(self, jobs: Sequence[DrawingJob]) -> None:
        """Give rows to those who have none."""
        new = self._seats.lacking(jobs)
        wanted = len(self._seats) + len(new)
        if len(new) > self._seats.free or self._seats.slots > room_for(ROOMY * max(wanted, 1), FEWEST):
            self._move(room_for(wanted, FEWEST))
        if new:
            self._join(new)

    def _move(self, rows: int) -> None:
        """Go on in a table of so many rows, side by side."""
        there = self._seats.moved(rows)
        if self._table:
            self._table = moved(self._table, rows, self._tensor_of(self._seats.of(there.jobs())))
        self._seats = there

    def _put(self, places: list[int], state: State) -> None:
        if not self._table:
            self._table = sized(state, self._seats.slots)
        put(self._table, self._tensor_of(places), state)

    def _take(self, places: list[int]) -> State:
        return select(self._table, self._tensor_of(places))

    def _tensor_of(self, places: list[int]) -> Tensor:
        return torch.tensor(places, dtype=torch.int64, device=self._network.device)  # there may be none


def _side_by_side(noise: Sequence[Array]) -> Array:
    """Random numbers [k, 4] of each of n drawings, which fall, as [k, n, 4]."""
    padded = np.zeros((len(noise[0]), len(noise), 4), np.float32)
    for i, its in enumerate(noise):
        padded[: len(its), i] = its
    return padded


def _stages(steps: Sequence[int]) -> tuple[list[int], list[int]]:
    """Of steps that fall, each number of them in rising order, and how many take at least so many."""
    until, counts, left = list[int](), list[int](), len(steps)
    for some, those in groupby(reversed(steps)):
        until.append(some)
        counts.append(left)
        left -= len(list(those))
    return until, counts
