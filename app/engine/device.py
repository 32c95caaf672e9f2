"""Which device is used, and running a batch on it by the runner of its network."""

import logging
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import nullcontext
from typing import Literal, Protocol

import torch

from app.engine.hang import Watch
from app.engine.job import DrawingJob
from app.engine.metrics import Metrics
from app.engine.runner import Runner
from app.engine.scheduling.scheduler import Batch
from app.engine.slot_runner import SlotRunner
from app.errors import DecodingFailed, SettingsError
from model.checkpoint import Checkpoint
from model.device.lost import is_lost
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


class Decodes(Protocol):
    """What decodes the drawings of one network: see `Runner`."""

    def is_needed(self) -> bool: ...
    def free(self, gone: Iterable[DrawingJob]) -> None: ...
    def run(self, jobs: Sequence[DrawingJob], steps: Sequence[int], ready: Callable[[], None]) -> list[Array]: ...


def runner_of(network: Checkpoint) -> Decodes:
    """The runner that suits the device on which a network lies."""
    return SlotRunner(network) if network.device.type == "cuda" else Runner(network)


class Device:
    """The runners, by group. Used by the engine's thread only, but for what `watch` says."""

    def __init__(self, metrics: Metrics, runner: Callable[[Checkpoint], Decodes] = runner_of) -> None:
        self.lost = False  # a GPU, for as long as this process lives
        self.watch = Watch()  # over the calls of a GPU
        self._metrics = metrics
        self._runner = runner
        self._runners: dict[Hashable, Decodes] = {}

    def tidy(self, gone: Iterable[DrawingJob]) -> None:
        """Free the seats of drawings that are gone, and let go of runners that have none, and so of their checkpoints.

        Each is told of once, after its last turn.
        """
        by_group: dict[Hashable, list[DrawingJob]] = defaultdict(list)
        for job in gone:
            by_group[job.group].append(job)
        for group, jobs in by_group.items():
            if group in self._runners:
                self._runners[group].free(jobs)
        self._runners = {group: runner for group, runner in self._runners.items() if runner.is_needed()}

    def reset(self) -> None:
        """Let go of every runner: all drawings are gone."""
        self._runners.clear()

    @torch.inference_mode()
    def run(self, batch: Batch[DrawingJob], ready: Callable[[], None]) -> list[Array]:
        """The next rows [k, 5] of each drawing of a batch, none of those that still read. Raises DecodingFailed.

        `ready` is called when all is ready for the long calls that decode.
        """
        jobs, group = batch.jobs, batch.jobs[0].group
        device = jobs[0].request.network.device
        self._metrics.batch_size.observe(len(jobs))
        self._metrics.turn_steps.observe(batch.steps[0])
        self._metrics.steps.inc(sum(batch.steps))
        try:
            with self.watch.call() if device.type == "cuda" else nullcontext():
                if group not in self._runners:
                    self._runners[group] = self._runner(jobs[0].request.network)
                return self._runners[group].run(jobs, batch.steps, ready)
        except Exception as error:
            log.exception("a batch of %d drawings failed", len(jobs))
            self._metrics.errors.labels(type(error).__name__).inc()
            self._runners.pop(group, None)  # its state may be half of this turn's
            self.lost = is_lost(device)
            raise DecodingFailed("The drawing could not be decoded; the log says why.") from error
