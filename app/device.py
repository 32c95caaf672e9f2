"""Running a batch: by the runner of its group, or by reading on in its prefix."""

import logging
from collections.abc import Callable, Hashable, Sequence
from typing import cast

import torch

from app.decoding import Decoding
from app.errors import DecodingFailed
from app.metrics import Metrics
from app.prefix import Prefix
from app.runner import Runner
from app.scheduler import Batch
from model.strokes import Array

log = logging.getLogger(__name__)


class Device:
    """The runners, by group. Used by the engine's thread only."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._runners: dict[Hashable, Runner] = {}

    def tidy(self) -> None:
        """Let go of runners whose drawings are all gone, and so of their checkpoints."""
        self._runners = {group: runner for group, runner in self._runners.items() if runner.is_needed()}

    @torch.inference_mode()
    def run(self, batch: Batch, ready: Callable[[], None]) -> Array | None:
        """The next rows [steps, n, 5] of a batch; None where it still read its prefix. Raises DecodingFailed.

        `ready` is called when all is ready for the long call that decodes.
        """
        drawings = cast("Sequence[Decoding]", batch.jobs)
        group = drawings[0].group
        self._metrics.batch_size.observe(len(drawings))
        self._metrics.turn_steps.observe(batch.steps)
        try:
            if isinstance(group, Prefix):
                ready()
                group.read(batch.steps)
                return None
            if group not in self._runners:
                self._runners[group] = Runner(drawings[0].request.checkpoint)
            return self._runners[group].advance(drawings, batch.steps, ready)
        except Exception as error:
            log.exception("a batch of %d drawings failed", len(drawings))
            self._metrics.errors.labels(type(error).__name__).inc()
            self._runners.pop(group, None)  # its state may be half of this turn's
            raise DecodingFailed("The drawing could not be decoded; the log says why.") from error
