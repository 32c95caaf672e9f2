"""Whether a run whose loss is looked at now and then, not at every step, is lost."""

from training.loop.watch import JUMP

JUDGED_STEPS = 20  # together: one bad batch is no lost network
MOST_SKIPPED = 0.5  # of them


class Judge:
    """Sums up steps until there are enough to judge by. `lowest` nats a point so far belong to the run's state."""

    def __init__(self, lowest: float) -> None:
        self.lowest = lowest
        self._clear()

    def see(self, steps: int, *, nats: float, points: float, skipped: float) -> str:
        """Take in some steps, `skipped` of which were; why the run is lost, "" while it is not."""
        self._steps += steps
        self._nats += nats
        self._points += points
        self._skipped += skipped
        if self._steps < JUDGED_STEPS:
            return ""
        if self._skipped > MOST_SKIPPED * self._steps:
            return f"{self._skipped:.0f} of the last {self._steps} steps had a gradient that is no finite number"
        mean = self._nats / self._points
        self._clear()
        if mean > self.lowest + JUMP:
            return f"the loss has exploded to {mean:.3g} per point"
        self.lowest = min(self.lowest, mean)
        return ""

    @property
    def calm(self) -> bool:
        """Whether nothing speaks against the weights as they are."""
        return self._nats <= (self.lowest + JUMP) * self._points

    def _clear(self) -> None:
        self._steps, self._nats, self._points, self._skipped = 0, 0.0, 0.0, 0.0
