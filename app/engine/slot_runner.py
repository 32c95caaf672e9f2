"""Drawings of one network in the fixed slots of a device: the runner where there are CUDA graphs."""

from collections.abc import Callable, Sequence

import numpy as np

from app.engine.beginning import begin, read, take_prefix_states, unread
from app.engine.belief import beliefs
from app.engine.job import NOTHING, DrawingJob
from app.engine.scheduler import Place
from app.engine.seats import Seats
from model.checkpoint import Checkpoint
from model.device.graph import GraphDecoder, enough, step_of
from model.state import State, apart, join
from model.strokes import Array

ROOMY = 8  # times as many slots as drawings: then they move to fewer


class SlotRunner:
    """As `app.engine.runner.Runner`, of a device that decodes all its slots at once.

    A drawing that has no turn keeps its slot, and stops there, unless others want it: leaving and coming back would
    cost more. It has its own state again as soon as it leaves.
    """

    def __init__(self, network: Checkpoint) -> None:
        self._network = network
        self._step = step_of(network)
        self._decoders: dict[int, GraphDecoder] = {}  # by number of slots, so that a graph is captured once
        self._seats: Seats[DrawingJob] = Seats(0)

    def is_needed(self) -> bool:
        """Whether it holds the state of a drawing that is not gone."""
        return any(job.place is not Place.GONE for job in self._seats.jobs())

    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """As `Runner.run`; `ready` is called when the device has all its work and Python waits for it."""
        drawing = [i for i, job in enumerate(jobs) if not job.reads]
        rows = [NOTHING] * len(jobs)
        try:
            if prefixes := unread(jobs):
                read(self._network, prefixes, max(steps))
            if drawing:
                drawn = self._draw([jobs[i] for i in drawing], [steps[i] for i in drawing], ready)
                for i, its in zip(drawing, drawn, strict=True):
                    rows[i] = its
            else:
                ready()
        except Exception:
            at_fault = set(jobs)
            self._leave([job for job in self._seats.jobs() if job not in at_fault])
            raise
        return rows

    def _draw(self, jobs: list[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        self._seat(jobs)
        decoder, places = self._decoders[self._seats.slots], np.array(self._seats.of(jobs))
        self._believe(decoder, jobs)
        orders, most = decoder.orders, max(steps)
        orders.temperature[places] = [job.temperatures() for job in jobs]
        orders.stop[:] = 0
        orders.stop[places] = orders.step[places] + steps
        held = (orders.least[places] > orders.step[places]).any()
        uneven = min(steps) < most or len(self._seats) > len(jobs)
        drawn = decoder.draw(most, careful=bool(held or uneven))
        ready()
        rows = drawn.rows()
        orders.step[places] += steps
        return [rows[place, :its].copy() for place, its in zip(places.tolist(), steps, strict=True)]

    def _seat(self, jobs: list[DrawingJob]) -> None:
        """Give slots to those who have none."""
        seats = self._seats
        self._leave([job for job in seats.jobs() if job.place is Place.GONE])
        new = [job for job in jobs if job not in seats]
        if len(new) > seats.free:
            playing = set(jobs)
            idle = [job for job in seats.jobs() if job not in playing]
            slots = max(seats.slots, enough(2 * len(jobs)))  # so many that those without a turn may keep theirs
            self._leave(idle[: max(0, len(seats) + len(new) - slots)])
            if len(new) > seats.free:
                self._move(enough(len(seats) + len(new)))
        elif seats.slots > enough(ROOMY * max(len(seats) + len(new), 1)):
            self._move(enough(len(seats) + len(new)))
        if new:
            self._join(new)

    def _join(self, new: Sequence[DrawingJob]) -> None:
        """Write the slots of drawings that begin, or come back."""
        take_prefix_states(new)
        first = [job for job in new if job.state is None]
        assert not any(job.done for job in first)
        came = [job for job in new if job.state is not None]
        states = [begin(self._network, first)] if first else list[State]()
        states += [job.state for job in came if job.state is not None]
        both = [*first, *came]
        places = self._seats.join(both)
        decoder = self._decoders[self._seats.slots]
        decoder.put(places, join(states))
        orders = decoder.orders
        orders.seed[places] = [job.request.seed for job in both]
        orders.step[places] = [job.step for job in both]
        orders.least[places] = [job.request.least for job in both]
        for job in came:
            job.state = None

    def _leave(self, jobs: Sequence[DrawingJob]) -> None:
        """Free the slots of some; those who are not gone have their state again."""
        stay = [job for job in jobs if job.place is not Place.GONE]
        if stay:
            places = self._seats.of(stay)
            state = self._decoders[self._seats.slots].take(places)
            for job, its in zip(stay, apart(state, range(len(stay))), strict=True):
                job.state = its
        self._seats.leave(jobs)

    def _move(self, slots: int) -> None:
        """Go on in so many slots, side by side."""
        old, there = self._seats, self._seats.moved(slots)
        if slots not in self._decoders:
            self._decoders[slots] = GraphDecoder(self._step, slots)
        decoder = self._decoders[slots]
        if jobs := old.jobs():
            before, places, after = self._decoders[old.slots], old.of(jobs), there.of(jobs)
            decoder.put(after, before.take(places))
            decoder.orders.table[after] = before.orders.table[places]
        self._seats = there

    def _believe(self, decoder: GraphDecoder, jobs: Sequence[DrawingJob]) -> None:
        """Note what the next rows of those who are asked for it will be drawn from."""
        asked = [job for job in jobs if job.beliefs is not None]
        if not asked:
            return
        state = decoder.take(self._seats.of(asked))
        for job, belief in zip(asked, beliefs(self._network.module, state), strict=True):
            assert job.beliefs is not None
            job.beliefs.append(belief)
