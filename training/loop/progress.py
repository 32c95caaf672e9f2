"""What a training run tells: a progress bar on the terminal, and a log file of one JSON object a line."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

from tqdm import tqdm

from model.card import Nats
from training.errors import TrainingError

SMOOTHING = 0.98  # of the loss shown in the bar
LOG_SECONDS = 15.0


class Progress:
    """Bar and log of one run: its loss, and how many points (or whatever `counted` names) a second it learns from.

    `quiet` leaves the bar out, and there is none but on a terminal.
    """

    def __init__(self, log: Path, *, quiet: bool = False, counted: str = "points") -> None:
        self.log = log
        self.quiet = quiet
        self.counted = counted
        self.loss = 0.0
        self.points = 0
        self.steps = 0
        self._bar: tqdm[NoReturn] | None = None

    @contextmanager
    def started(self, total: int, done: int) -> Iterator[None]:
        """Shows the bar while the run goes on; `done` steps of `total` were made before."""
        self.done = done
        with self._writing():
            self.log.parent.mkdir(parents=True, exist_ok=True)
        self._began = self._logged = time.monotonic()
        no_bar = True if self.quiet else None  # None: unless there is a terminal
        with tqdm(total=total, initial=done, disable=no_bar, unit="step", dynamic_ncols=True) as self._bar:
            yield

    def step(self, loss: float, points: int) -> None:
        """One step was made: its loss in nats per point or other thing, and how many of them it saw."""
        self._made(1, loss, points)
        if time.monotonic() - self._logged > LOG_SECONDS:
            self._logged = time.monotonic()
            self._write(
                {
                    "step": self.done + self.steps,
                    "loss": round(self.loss, 4),
                    f"{self.counted}_per_second": round(self.rate),
                }
            )

    def advance(self, steps: int, loss: float, points: int, **told: float) -> None:
        """Several steps were made: their mean loss, the points that they saw, and what else the log is to tell."""
        self._made(steps, loss, points)
        self._write({"step": self.done + self.steps, **told})

    def _made(self, steps: int, loss: float, points: int) -> None:
        self.steps += steps
        self.points += points
        weight = min(SMOOTHING**steps, 1 - steps / self.steps)
        self.loss = weight * self.loss + (1 - weight) * loss
        assert self._bar is not None
        self._bar.update(steps)
        self._bar.set_postfix_str(f"loss {self.loss:.3f}, {self.rate:,.0f} {self.counted}/s", refresh=False)

    @property
    def rate(self) -> float:
        """Points, or what is counted, per second since the start, validations included."""
        return self.points / max(time.monotonic() - self._began, 1e-9)

    def validated(self, step: int, nats: Nats, **told: float) -> None:
        """The validation split was scored; `told` goes into the log with its nats."""
        self._write({"step": step, "loss": round(self.loss, 4), "valid": {**nats.model_dump(), **told}})
        if not self.quiet:
            tqdm.write(f"step {step}: validation {nats.total:.3f} nats (xy {nats.xy:.3f}, pen {nats.pen:.3f})")

    def _write(self, record: dict[str, object]) -> None:
        with self._writing(), self.log.open("a") as file:
            file.write(json.dumps({"time": round(time.time(), 1), **record}) + "\n")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Raises TrainingError when the disk refuses what is done inside."""
        try:
            yield
        except OSError as error:
            raise TrainingError(f"{self.log} could not be written: {error.strerror or error}") from error
