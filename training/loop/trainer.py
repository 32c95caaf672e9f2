"""The training loop: schedule, step, validate, keep the best, save so that a kill at any moment costs nothing."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal, NoReturn

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from model.network import Network
from training.data.augment import random_scale
from training.data.corpus import Corpus, batches
from training.errors import TrainingError
from training.loop import state
from training.loop.calibrate import calibrate
from training.loop.nats import score
from training.loop.optimiser import Optimisers
from training.loop.progress import Progress
from training.loop.watch import Watch, suspects


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. Learning rate rises for `warmup` steps and then falls in a straight line to almost nothing."""

    epochs: float = 10.0
    batch: int = 64  # drawings a step: below ~64 the CPU's matrix products lose speed, above it steps are lost
    lr: float = 2e-3
    warmup: int = 100
    clip: float = 1.0
    dropout: float = 0.0  # of the LSTM's outputs
    scale: float = 0.0  # random scale per axis, +- this part
    patience: int = 0  # validations without a new best before stopping; 0 never stops early
    validations: int = 10  # in the whole run
    keep: Literal["best", "last"] = "best"  # validation; `last` where it has too few drawings to choose by
    seed: int = 0
    bfloat16: bool = True
    save_seconds: float = 60.0


@dataclass
class Run:
    """Where a run stands; everything a resumed run needs beside the weights and the optimiser."""

    step: int = 0
    points: int = 0
    seconds: float = 0.0
    best: float = math.inf
    best_step: int = 0
    stale: int = 0
    history: list[dict[str, float]] = field(default_factory=list)
    calm: list[float] = field(default_factory=list)  # the last losses that did not jump (`training.loop.watch`)


@dataclass
class Trainer:
    """Trains a network in place, from the state in `folder` if there is one, and leaves it as the recipe keeps it."""

    network: Network
    train: Corpus
    valid: Corpus
    recipe: Recipe
    folder: Path
    progress: Progress
    names: Sequence[str] = ()  # of the categories, for messages

    def fit(self) -> Run:
        """Train to the end of the recipe.

        Raises TrainingError, which names the batch, when loss or gradient are no longer finite or the loss explodes;
        the state in `folder` is then the last good one.
        """
        self.optimisers = Optimisers.of(self.network, self.recipe.lr)
        self.best_weights: dict[str, Tensor] = {}
        self.run = self._resume()
        self._saved, self._saved_step = time.monotonic(), self.run.step
        self.watch = Watch(self.run.calm)
        every = max(1, self.total_steps // self.recipe.validations)
        with self.progress.started(self.total_steps, self.run.step):
            for step, which in self._from(self.run.step):
                if 0 < self.recipe.patience <= self.run.stale:
                    break
                started = time.monotonic()
                loss, points = self._step(step, which)
                self.run.step, self.run.points = step + 1, self.run.points + points
                self.run.seconds += time.monotonic() - started
                self.progress.step(loss, points)
                if self.run.step % every == 0 or self.run.step == self.total_steps:
                    self._validate()
                if time.monotonic() - self._saved > self.recipe.save_seconds and not self.watch.jumps:
                    self._save()
        self._save()
        if self.recipe.keep == "best":
            self.network.load_state_dict(self.best_weights)
        return self.run

    @property
    def steps_per_epoch(self) -> int:
        return -(-len(self.train) // self.recipe.batch)

    @property
    def total_steps(self) -> int:
        return max(1, round(self.steps_per_epoch * self.recipe.epochs))

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step."""
        warm = min(1.0, (step + 1) / self.recipe.warmup) if self.recipe.warmup else 1.0
        return warm * max(0.01, 1 - step / self.total_steps)

    def _from(self, first: int) -> Iterator[tuple[int, NDArray[np.int64]]]:
        """(step, numbers of its drawings) from step `first` on: each epoch has random numbers of its own."""
        step = first // self.steps_per_epoch * self.steps_per_epoch
        while True:
            epoch = step // self.steps_per_epoch
            for which in batches(self.train, self.recipe.batch, np.random.default_rng([self.recipe.seed, epoch])):
                if step >= self.total_steps:
                    return
                if step >= first:
                    yield step, which
                step += 1

    def _step(self, step: int, which: NDArray[np.int64]) -> tuple[float, int]:
        """One update, with random numbers of its own; (loss per point, of a mixture in nats, points)."""
        seed = self.recipe.seed * 1_000_003 + step
        rows = random_scale(self.train.batch(which), self.recipe.scale, torch.Generator().manual_seed(seed))
        device = next(self.network.parameters()).device
        rows, category = rows.to(device), torch.from_numpy(self.train.category[which]).to(device)
        torch.manual_seed(seed)  # dropout's
        self.network.train()
        with torch.autocast(device.type, torch.bfloat16, enabled=self.recipe.bfloat16):
            xy, pen = self.network.objective(rows, category)
        points = int((rows[:, 1:, 4] == 0).sum())
        loss = -(xy.sum() + pen.sum()) / points
        value = loss.item()
        if not math.isfinite(value):
            self._stop(f"the loss is {value}", step, which, xy.sum(1) + pen.sum(1))
        loss.backward()  # type: ignore[no-untyped-call]
        norm = nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip).item()
        if not math.isfinite(norm):
            self._stop(f"the gradient's norm is {norm}", step, which, xy.sum(1) + pen.sum(1))
        if self.watch.see(value):
            self._stop(f"the loss has exploded to {value:.3g} per point", step, which, xy.sum(1) + pen.sum(1))
        self.optimisers.step(self.rate(step))
        return value, points

    def _stop(self, why: str, step: int, which: NDArray[np.int64], log_prob: Tensor) -> NoReturn:
        """Raise TrainingError. The weights are those before this step: unless they are lost already, they are kept."""
        weights_are_good = all(bool(value.isfinite().all()) for value in self.network.parameters())
        if weights_are_good and not self.watch.jumps:
            self._save()
        raise TrainingError(
            f"{why} at step {step + 1} (learning rate {self.recipe.lr * self.rate(step):.2g}); "
            f"{suspects(self.train, which, log_prob, self.names)}; "
            f"the last good state, of step {self._saved_step}, is kept in {self.folder}"
        )

    def _validate(self) -> None:
        """Score the validation split and keep the best weights."""
        calibrate(self.network, self.valid, bfloat16=self.recipe.bfloat16)
        nats = score(self.network, self.valid, bfloat16=self.recipe.bfloat16)
        run = self.run
        if not math.isfinite(nats.total):
            raise TrainingError(
                f"the validation score is {nats.total} after step {run.step}; "
                f"the last good state, of step {self._saved_step}, is kept in {self.folder}"
            )
        run.history.append(
            {"step": run.step, "points": run.points, "seconds": round(run.seconds, 1), **nats.model_dump()}
        )
        self.progress.validated(run.step, nats)
        if nats.total < run.best:
            run.best, run.best_step, run.stale = nats.total, run.step, 0
            self.best_weights = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        else:
            run.stale += 1
        if not self.watch.jumps:
            self._save()

    def _save(self) -> None:
        weights = {name: value.detach().cpu() for name, value in self.network.state_dict().items()}
        state.save(
            self.folder,
            {
                "fingerprint": self._fingerprint,
                "weights": weights,
                "best_weights": self.best_weights,
                "optimisers": self.optimisers.state_dict(),
                "run": asdict(self.run),
            },
        )
        self._saved, self._saved_step = time.monotonic(), self.run.step

    def _resume(self) -> Run:
        self._fingerprint = state.fingerprint(self.recipe, self.train, self.valid)
        saved = state.load(self.folder, self._fingerprint)
        if saved is None:
            self.run = Run()
            self._save()  # a folder that cannot be written is found out now, and there is a good state from now on
            return self.run
        self.network.load_state_dict(saved["weights"])
        self.best_weights = saved["best_weights"]
        self.optimisers.load_state_dict(saved["optimisers"])
        return Run(**saved["run"])
