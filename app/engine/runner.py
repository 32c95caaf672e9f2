"""Drawings of one network side by side on the device, whatever they show."""

from collections.abc import Callable, Sequence
from itertools import groupby

import numpy as np
import torch

from app.engine.beginning import begin, read, take_prefix_states, unread
from app.engine.belief import beliefs
from app.engine.job import NOTHING, DrawingJob, noise_for
from app.engine.scheduler import Place
from model.checkpoint import Checkpoint
from model.state import State, apart, first, join, rest, select
from model.strokes import Array


class Runner:
    """Decodes the drawings of one network; they join and leave between calls.

    The state of those decoded last lies here, in one batch; that of others that are not gone lies with themselves.
    """

    def __init__(self, network: Checkpoint) -> None:
        self._network = network
        self._members: list[DrawingJob] = []
        self._state: State | None = None

    def is_needed(self) -> bool:
        """Whether it holds the state of a drawing that is not gone."""
        return any(member.place is not Place.GONE for member in self._members)

    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """The next rows [k, 5] of each drawing, k of `steps` each, which fall; what follows an end row is end rows.

        Drawings whose prefix is not read yet read on in it, so many rows, and have none. `ready` is called before the
        long calls that decode, in which Python is free for others.
        """
        drawing = [i for i, job in enumerate(jobs) if not job.reads]
        self._park([jobs[i] for i in drawing])
        rows = [NOTHING] * len(jobs)
        ready()
        if prefixes := unread(jobs):
            read(self._network, prefixes, max(steps))
        if drawing:
            drawn = self._advance([jobs[i] for i in drawing], [steps[i] for i in drawing])
            for i, its in zip(drawing, drawn, strict=True):
                rows[i] = its
        return rows

    def _advance(self, jobs: list[DrawingJob], steps: Sequence[int]) -> list[Array]:
        """The next rows of drawings: all take as many steps as the last of them, the others then go on."""
        if jobs != self._members:
            self._seat(jobs)
        assert self._state is not None
        self._believe(jobs)
        noise = noise_for(jobs, steps)
        temperature = torch.tensor([job.temperatures() for job in jobs], dtype=torch.float32)
        temperature = temperature.to(self._network.device)
        state, done, left, parts = self._state, 0, list[State](), list[Array]()
        for until, some in groupby(reversed(steps)):  # in rising order
            numbers = torch.from_numpy(np.stack([numbers[done:until] for numbers in noise], axis=1))
            count = len(noise)
            drawn, state = self._network.module.advance(state, temperature[:count], numbers.to(temperature.device))
            parts.append(drawn.cpu().numpy())
            finished = len(list(some))
            left.insert(0, rest(state, count - finished))
            state, noise, done = first(state, count - finished), noise[: count - finished], until
        self._state = left[0] if len(left) == 1 else join(left)
        return [np.concatenate([part[:, i] for part in parts if i < part.shape[1]]) for i in range(len(jobs))]

    def _believe(self, jobs: Sequence[DrawingJob]) -> None:
        """Note what the next rows of those who are asked for it will be drawn from."""
        asked = [i for i, job in enumerate(jobs) if job.beliefs is not None]
        if not asked:
            return
        assert self._state is not None
        state = select(self._state, torch.tensor(asked, device=self._network.device))
        for i, belief in zip(asked, beliefs(self._network.module, state), strict=True):
            wanted = jobs[i].beliefs
            assert wanted is not None
            wanted.append(belief)

    def _park(self, jobs: list[DrawingJob]) -> None:
        """Give those who are not among the next drawings their state to keep, before anything can fail."""
        if jobs == self._members:
            return
        stays = set(jobs)
        places = {i: job for i, job in enumerate(self._members) if job not in stays and job.place is not Place.GONE}
        if places:
            assert self._state is not None
            for member, state in zip(places.values(), apart(self._state, list(places)), strict=True):
                member.state = state
        if not jobs:
            self._members, self._state = [], None

    def _seat(self, jobs: list[DrawingJob]) -> None:
        """Make the batch that of these drawings, in this order.

        Few operations, for each may wait until the event loop has done with Python.
        """
        device = self._network.device
        place = {member: i for i, member in enumerate(self._members)}
        take_prefix_states([job for job in jobs if job not in place])
        states = [] if self._state is None else [self._state]
        new = [job for job in jobs if job not in place and job.state is None]
        if new:
            states.append(begin(self._network, new))
        seat = place | {job: len(place) + i for i, job in enumerate(new)}
        for job in jobs:
            if job not in seat:
                assert job.state is not None
                seat[job] = len(seat)
                states.append(job.state)
                job.state = None
        self._state = select(join(states), torch.tensor([seat[job] for job in jobs], device=device))
        self._members = jobs
