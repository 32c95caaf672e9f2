"""`python -m benchmarks.fast_device`: the service with a device that is as fast as a GPU, on a machine without one.

It plays made-up drawings back, after a pause as long as a card's: so much a turn and a step. All else
is the service as it runs on a GPU, which is what is measured: the engine's Python, the event loop, the sockets.
"""

import sys
import time
from collections.abc import Sequence

import numpy as np
import torch

from app import __main__ as served
from app.engine.device import Device
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.scheduling.limits import Limits
from app.engine.slot_runner import SlotRunner
from app.routes import service
from model.checkpoint import Checkpoint
from model.device import graph
from model.device.slots import Orders
from model.state import State, put, select
from model.strokes import Array
from model.table import sized

TURN_SECONDS, STEP_SECONDS = 0.0003, 12e-6
DRAWINGS, POINTS = 64, 256  # that are played back
MEAN_POINTS, LIFTS = 60, 0.15  # of a drawing, and the part of them after which the pen is lifted


class Playback:
    """Rows of drawings [n, t, 5], as long as penguins."""

    def __init__(self, network: Checkpoint) -> None:  # noqa: ARG002 - a step is made of one
        random = np.random.default_rng(0)
        self.rows: Array = np.zeros((DRAWINGS, POINTS, 5), np.float32)
        self.rows[..., :2] = random.normal(0, 15, (DRAWINGS, POINTS, 2))
        lifts = random.random((DRAWINGS, POINTS)) < LIFTS
        ends = np.arange(POINTS) >= random.normal(MEAN_POINTS, MEAN_POINTS / 5, DRAWINGS)[:, None]
        self.rows[..., 2], self.rows[..., 3], self.rows[..., 4] = ~lifts & ~ends, lifts & ~ends, ends
        self.rows[ends, :2] = 0


class PlaybackDecoder:
    """What `GraphDecoder` is to its runner."""

    def __init__(self, playback: Playback, slots: int) -> None:
        self.slots = slots
        self.orders = Orders(slots, pinned=False)
        self._playback = playback
        self._table: State = []
        self._rows: Array = np.zeros((slots, POINTS, 5), np.float32)

    def put(self, places: Sequence[int], state: State) -> None:
        """Let the drawings of a state begin or go on in these slots."""
        if not self._table:
            self._table = sized(state, self.slots)
        put(self._table, torch.tensor(places), state)

    def take(self, places: Sequence[int]) -> State:
        """The state of the drawings in these slots."""
        return select(self._table, torch.tensor(places))

    def draw(self, steps: int) -> "PlaybackDecoder":
        """The next steps of all drawings."""
        self._steps = steps
        self._until = time.monotonic() + TURN_SECONDS + steps * STEP_SECONDS
        return self

    def rows(self) -> Array:
        """Rows [n, steps, 5], once a device would have them."""
        orders, rows = self.orders, self._rows[:, : self._steps]
        drawing = np.flatnonzero(orders.stop > orders.step)  # a device would do this at no cost of Python's
        first = np.minimum(orders.step[drawing], POINTS - self._steps)
        seeds = orders.seed[drawing] % DRAWINGS
        rows[drawing] = self._playback.rows[seeds[:, None], first[:, None] + np.arange(self._steps)]
        time.sleep(max(0.0, self._until - time.monotonic()))
        return rows


def fast_engine(*, limits: Limits, metrics: Metrics, threads: int, deadline: float) -> Engine:
    """An engine as for a GPU, which draws by what is played back, as all in this process do from now on."""
    pretend()
    of_gpu = Limits.of("cuda", waiting=limits.waiting, running=limits.running)
    return Engine(
        threads=threads, limits=of_gpu, deadline=deadline, metrics=metrics, device=Device(metrics, SlotRunner)
    )


def pretend() -> None:
    """Let whatever makes an engine in this process have a fast one."""
    vars(graph).update(step_of=Playback, GraphDecoder=PlaybackDecoder)
    vars(service).update(Engine=fast_engine)


if __name__ == "__main__":
    pretend()
    sys.exit(served.serve())
