"""When a loop asks its device how the steps went. To ask is to wait for all that the device has still to do."""

import time

import torch

LOOK_STEPS, LOOK_SECONDS = 100, 5.0  # the device is asked after so many steps, or when so long has passed
FIRST_LOOKS = (5, 20)  # steps; a run gone wrong shows early


class Looks:
    """Of one run, which stands at step `done`."""

    def __init__(self, done: int, *, every: int = LOOK_STEPS) -> None:
        self._every = every
        self.looked(done)

    @classmethod
    def on(cls, device: torch.device, done: int) -> "Looks":
        """After each step of a CPU, which has nothing left to do then; now and then where that would cost time."""
        return cls(done, every=1 if device.type == "cpu" else LOOK_STEPS)

    def due(self, step: int) -> bool:
        """Whether it is time after `step` steps of the run."""
        return step % self._every == 0 or step in FIRST_LOOKS or self.waited > LOOK_SECONDS

    def looked(self, step: int) -> None:
        """The device was asked after so many steps."""
        self.step, self._time = step, time.monotonic()

    @property
    def waited(self) -> float:
        """Seconds since the last look."""
        return time.monotonic() - self._time
