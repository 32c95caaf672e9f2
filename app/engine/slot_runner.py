"""Drawings of one network in the fixed slots of a device: the runner where there are CUDA graphs."""

from collections.abc import Callable, Sequence

import numpy as np

from app.engine.job import DrawingJob
from app.engine.seated_runner import ROOMY, SeatedRunner
from model.checkpoint import Checkpoint
from model.device.graph import decoders_of, enough, forget
from model.state import State
from model.strokes import Array

KEPT = 4096  # slots in which drawings without a turn stay: leaving would cost Python more than each costs the device


class SlotRunner(SeatedRunner):
    """The runner of a device that decodes all its slots at once.

    A drawing that has no turn stops in its slot, unless others want it: then it has its own state again. Graphs keep no
    raw outputs, so what a row is drawn from, where that is asked for, takes the products of another step.
    """

    def __init__(self, network: Checkpoint) -> None:
        super().__init__(network)
        self._decoders = decoders_of(network)

    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """As `SeatedRunner.run`; after a failure no other runner draws by what failed."""
        try:
            return super().run(jobs, steps, ready)
        except Exception:
            forget(self._network)
            raise

    def _draw(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]:
        """`ready` is called when the device has all its work and Python waits for it."""
        self._seat(jobs)
        if watched := [job for job in jobs if job.beliefs is not None]:
            self._believe(watched, self._network.tables.raw(self._take(self._seats.of(watched))))
        decoder, places = self._decoders.of(self._seats.slots), np.array(self._seats.of(jobs))
        orders, most = decoder.orders, max(steps)
        for place, job in zip(places.tolist(), jobs, strict=True):
            if not job.steering.is_settled:
                orders.temperature[place] = job.temperatures()
        orders.stop[:] = 0
        orders.stop[places] = orders.step[places] + steps
        drawn = decoder.draw(most)
        ready()
        rows = drawn.rows()
        orders.step[places] += steps
        return [rows[place, :its].copy() for place, its in zip(places.tolist(), steps, strict=True)]

    def _seat(self, jobs: Sequence[DrawingJob]) -> None:
        """Give slots to those who have none."""
        seats = self._seats
        new = seats.lacking(jobs)
        if len(new) > seats.free:
            playing = set(jobs)
            idle = [job for job in seats.jobs() if job not in playing]
            slots = max(seats.slots, enough(2 * len(jobs)), min(KEPT, enough(len(seats) + len(new))))
            self._leave(idle[: max(0, len(seats) + len(new) - slots)])
            if len(new) > seats.free:
                self._move(enough(len(seats) + len(new)))
        elif seats.slots > enough(ROOMY * max(len(seats) + len(new), 1)):
            self._move(enough(len(seats) + len(new)))
        if new:
            both, places = self._join(new)
            orders = self._decoders.of(self._seats.slots).orders
            orders.seed[places] = [job.request.seed for job in both]
            orders.step[places] = [job.step for job in both]
            orders.least[places] = [job.request.least for job in both]
            orders.temperature[places] = [job.temperatures() for job in both]

    def _put(self, places: list[int], state: State) -> None:
        self._decoders.of(self._seats.slots).put(places, state)

    def _take(self, places: list[int]) -> State:
        return self._decoders.of(self._seats.slots).take(places)

    def _move(self, slots: int) -> None:
        """Go on in so many slots, side by side."""
        old, there = self._seats, self._seats.moved(slots)
        decoder = self._decoders.of(slots)
        if jobs := old.jobs():
            before, places, after = self._decoders.of(old.slots), old.of(jobs), there.of(jobs)
            decoder.put(after, before.take(places))
            decoder.orders.table[after] = before.orders.table[places]
        self._seats = there
