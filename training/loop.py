"""The training loop: schedule, step, validate, keep the best, save so that a kill at any moment costs nothing."""

import math
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Literal

import numpy as np
import torch
from torch import Tensor, nn

from training import state
from training.augment import random_scale
from training.calibrate import calibrate
from training.corpus import Corpus, batches
from training.errors import TrainingError
from training.optimiser import Optimisers
from training.progress import Progress
from training.score import AnyNetwork, score


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


@dataclass
class Trainer:
    """Trains a network in place, from the state in `folder` if there is one, and leaves it as the recipe keeps it."""

    network: AnyNetwork
    train: Corpus
    valid: Corpus
    recipe: Recipe
    folder: Path
    progress: Progress

    def fit(self) -> Run:
        """Train to the end of the recipe. Raises TrainingError when the loss is no longer finite."""
        self.optimisers = Optimisers.of(self.network, self.recipe.lr)
        self.best_weights: dict[str, Tensor] = {}
        self.run = self._resume()
        self._saved = time.monotonic()
        every = max(1, self.total_steps // self.recipe.validations)
        with self.progress.started(self.total_steps, self.run.step):
            for step, rows, category in self._from(self.run.step):
                if 0 < self.recipe.patience <= self.run.stale:
                    break
                started = time.monotonic()
                loss, points = self._step(step, rows, category)
                self.run.step, self.run.points = step + 1, self.run.points + points
                self.run.seconds += time.monotonic() - started
                self.progress.step(loss, points)
                if self.run.step % every == 0 or self.run.step == self.total_steps:
                    self._validate()
                if time.monotonic() - self._saved > self.recipe.save_seconds:
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

    def _from(self, first: int) -> Iterator[tuple[int, Tensor, Tensor]]:
        """(step, rows, category) from step `first` on: each epoch and step has random numbers of its own."""
        step = first // self.steps_per_epoch * self.steps_per_epoch
        device = next(self.network.parameters()).device
        while True:
            epoch = step // self.steps_per_epoch
            for which in batches(self.train, self.recipe.batch, np.random.default_rng([self.recipe.seed, epoch])):
                if step >= self.total_steps:
                    return
                if step >= first:
                    rng = torch.Generator().manual_seed(self.recipe.seed * 1_000_003 + step)
                    rows = random_scale(self.train.batch(which), self.recipe.scale, rng)
                    yield step, rows.to(device), torch.from_numpy(self.train.category[which]).to(device)
                step += 1

    def _step(self, step: int, rows: Tensor, category: Tensor) -> tuple[float, int]:
        """One update; (loss per point, of a mixture in nats, points)."""
        torch.manual_seed(self.recipe.seed * 1_000_003 + step)  # dropout's
        self.network.train()
        with torch.autocast(rows.device.type, torch.bfloat16, enabled=self.recipe.bfloat16):
            xy, pen = self.network.objective(rows, category)
        points = int((rows[:, 1:, 4] == 0).sum())
        loss = -(xy.sum() + pen.sum()) / points
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingError(
                f"the loss is {value} at step {step + 1} (a batch of {len(rows)} drawings); "
                f"the last good state is kept in {self.folder}"
            )
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.network.parameters(), self.recipe.clip)
        self.optimisers.step(self.rate(step))
        return value, points

    def _validate(self) -> None:
        """Score the validation split and keep the best weights."""
        calibrate(self.network, self.valid, bfloat16=self.recipe.bfloat16)
        nats = score(self.network, self.valid, bfloat16=self.recipe.bfloat16)
        run = self.run
        run.history.append(
            {"step": run.step, "points": run.points, "seconds": round(run.seconds, 1), **nats.model_dump()}
        )
        self.progress.validated(run.step, nats)
        if nats.total < run.best:
            run.best, run.best_step, run.stale = nats.total, run.step, 0
            self.best_weights = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        else:
            run.stale += 1
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
        self._saved = time.monotonic()

    def _resume(self) -> Run:
        self._fingerprint = state.fingerprint(self.recipe, self.train, self.valid)
        saved = state.load(self.folder, self._fingerprint)
        if saved is None:
            return Run()
        self.network.load_state_dict(saved["weights"])
        self.best_weights = saved["best_weights"]
        self.optimisers.load_state_dict(saved["optimisers"])
        return Run(**saved["run"])
