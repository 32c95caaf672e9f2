"""The training loop: schedule, step, validate, keep the best, save so that a kill at any moment costs nothing."""

import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NoReturn

import numpy as np
import torch
from torch import Tensor

from model.network import Network
from training.data.corpus import Corpus, batches
from training.errors import TrainingError
from training.loop import state
from training.loop.calibrate import calibrate
from training.loop.drawings import Drawings, sent
from training.loop.looks import Looks
from training.loop.nats import score
from training.loop.optimiser import Optimisers
from training.loop.precision import LossScale
from training.loop.progress import Progress
from training.loop.recipe import Recipe
from training.loop.run import Made, Numbers, Run
from training.loop.step import learn
from training.loop.watch import Watch, suspects


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
    origin: str = ""  # which trained network it begins as, by a hash; "" for one that the seed made

    def fit(self) -> Run:
        """Train to the end of the recipe.

        Raises TrainingError, which names the batch, when loss or gradient are no longer finite or the loss explodes;
        the state in `folder` is then the last good one.
        """
        self._begin()
        every = max(1, self.total_steps // self.recipe.validations)
        with self.progress.started(self.total_steps, self.run.step):
            for step, which, there in self._from(self.run.step):
                if 0 < self.recipe.patience <= self.run.stale:
                    break
                started = time.monotonic()
                points = self._step(step, which, there)
                self.run.step, self.run.points = step + 1, self.run.points + points
                due = self.run.step % every == 0 or self.run.step == self.total_steps
                if due:
                    self._look()
                self.run.seconds += time.monotonic() - started
                if due:
                    self._validate()
                if time.monotonic() - self._saved > self.recipe.save_seconds:
                    self._look()
                    if not self.watch.jumps:
                        self._save()
        self._save()
        if self.recipe.keep == "best":
            self.network.load_state_dict(self.best_weights)
        return self.run

    @property
    def device(self) -> torch.device:
        """Where everything happens."""
        return self.network.mean.device

    @property
    def total_steps(self) -> int:
        return self.recipe.steps(len(self.train))

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step."""
        return self.recipe.rate(step, self.total_steps)

    def _begin(self) -> None:
        """Put the drawings on the device, and stand where the run was left, or at its start."""
        self.drawings = Drawings.of(self.train, self.device)
        self.optimisers = Optimisers.of(self.network, self.recipe.lr)
        self.scale = LossScale.on(self.device, half=self.recipe.bfloat16)
        self.best_weights: dict[str, Tensor] = {}
        self.made: list[Made] = []
        self.run = Run()
        self._fingerprint = state.fingerprint(self.recipe, self.network.config, self.origin, self.train, self.valid)
        saved = state.load(self.folder, self._fingerprint)
        if saved is None:
            self._save()  # a folder that cannot be written is found out now, and there is a good state from now on
        else:
            with state.restoring(self.folder):
                self._resume(saved)
        self._saved, self._saved_step = time.monotonic(), self.run.step
        self.looks = Looks.on(self.device, self.run.step)
        self.watch = Watch(self.run.calm)

    def _from(self, first: int) -> Iterator[tuple[int, Numbers, Tensor]]:
        """(step, numbers of its drawings, the same on the device) from step `first` on.

        Each epoch has random numbers of its own, and travels to the device in one piece.
        """
        per_epoch = self.recipe.steps_per_epoch(len(self.train))
        for epoch in range(first // per_epoch, -(-self.total_steps // per_epoch)):
            order = list(batches(self.train, self.recipe.batch, np.random.default_rng([self.recipe.seed, epoch])))
            there = torch.split(sent(np.concatenate(order), self.device), [len(which) for which in order])
            for step, pair in enumerate(zip(order, there, strict=True), epoch * per_epoch):
                if first <= step < self.total_steps:
                    yield step, *pair

    def _step(self, step: int, which: Numbers, there: Tensor) -> int:
        """One update; its points. The device has perhaps only been told of it when this returns."""
        batch = self.drawings.batch(which, there)
        told = learn(self.network, batch, self.recipe, step, self.scale)
        self.made.append(Made(step, which, batch.points, told))
        if self.looks.due(step + 1):
            self._look()
        self.optimisers.step(self.rate(step))
        return batch.points

    def _look(self) -> None:
        """Ask the device how the steps since the last look went. Raises TrainingError where one of them was bad."""
        if not self.made:
            return
        made, self.made = self.made, []
        found = torch.stack([one.told.numbers for one in made]).tolist()
        for one, (loss, norm, scale) in zip(made, found, strict=True):
            if not math.isfinite(loss):
                self._stop(f"the loss is {loss}", one)
            if not math.isfinite(norm):
                self.run.skipped += 1
                if scale == 1:  # else it may have been the scale that was too large
                    self._stop(f"the gradient's norm is {norm}", one)
            if self.watch.see(loss):
                self._stop(f"the loss has exploded to {loss:.3g} per point", one)
            self.progress.step(loss, one.points)
        self.looks.looked(made[-1].step + 1)

    def _stop(self, why: str, made: Made) -> NoReturn:
        """Raise TrainingError. If no step came after that one, the weights before it are kept, unless lost."""
        weights_are_good = all(bool(value.isfinite().all()) for value in self.network.parameters())
        if weights_are_good and not self.watch.jumps and made.step == self.run.step:
            self._save()
        raise TrainingError(
            f"{why} at step {made.step + 1} (learning rate {self.recipe.lr * self.rate(made.step):.2g}); "
            f"{suspects(self.train, made.which, made.told.each, self.names)}; "
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
                "scale": self.scale.value,
                "run": asdict(self.run),
            },
        )
        self._saved, self._saved_step = time.monotonic(), self.run.step

    def _resume(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["weights"])
        self.best_weights = saved["best_weights"]
        self.optimisers.load_state_dict(saved["optimisers"])
        self.scale.value = saved.get("scale", self.scale.value).to(self.device)
        self.run = Run(**saved["run"])
