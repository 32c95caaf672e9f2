"""Which device is used, and running a batch on it by the runner of its network."""

import logging
from collections.abc import Callable, Hashable
from typing import Literal

import torch

from app.engine.job import DrawingJob
from app.engine.metrics import Metrics
from app.engine.runner import Runner
from app.engine.scheduler import Batch
from app.errors import DecodingFailed, SettingsError
from model.strokes import Array

Choice = Literal["auto", "cpu", "cuda"]

log = logging.getLogger(__name__)


def device_of(choice: Choice) -> str:
    """`cpu` or `cuda`. Raises SettingsError where CUDA is asked for and there is none."""
    if choice == "cuda" and not torch.cuda.is_available():
        raise SettingsError("INKSTREAM_DEVICE is 'cuda', but PyTorch finds no CUDA device")
    if choice == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return choice


class Device:
    """The runners, by group. Used by the engine's thread only."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._runners: dict[Hashable, Runner] = {}

    def tidy(self) -> None:
        """Let go of runners whose drawings are all gone, and so of their checkpoints."""
        self._runners = {group: runner for group, runner in self._runners.items() if runner.is_needed()}

    @torch.inference_mode()
    def run(self, batch: Batch[DrawingJob], ready: Callable[[], None]) -> list[Array]:
        """The next rows [k, 5] of each drawing of a batch, none of those that still read. Raises DecodingFailed.

        `ready` is called when all is ready for the long calls that decode.
        """
        jobs, group = batch.jobs, batch.jobs[0].group
        self._metrics.batch_size.observe(len(jobs))
        self._metrics.turn_steps.observe(batch.steps[0])
        try:
            if group not in self._runners:
                self._runners[group] = Runner(jobs[0].request.network)
            return self._runners[group].run(jobs, batch.steps, ready)
        except Exception as error:
            log.exception("a batch of %d drawings failed", len(jobs))
            self._metrics.errors.labels(type(error).__name__).inc()
            self._runners.pop(group, None)  # its state may be half of this turn's
            raise DecodingFailed("The drawing could not be decoded; the log says why.") from error
