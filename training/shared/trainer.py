"""Trains one network for many subjects on one device, in steps that never wait for it."""

import math
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NoReturn

import torch
from torch import Tensor

from training.data.collection import Collection
from training.errors import TrainingError
from training.loop import state
from training.loop.drawings import Drawings
from training.loop.looks import Looks
from training.loop.optimiser import Optimisers
from training.loop.precision import LossScale
from training.loop.progress import Progress
from training.shared.judge import Judge
from training.shared.network import SharedNetwork
from training.shared.randomness import random_states, restore_random_states
from training.shared.recipe import SharedRecipe
from training.shared.sampling import Sampler, shares_of
from training.shared.step import TOLD, learn
from training.shared.validation import validate


@dataclass
class SharedRun:
    """Where a run stands; what a resumed run needs beside weights, optimisers and random states."""

    step: int = 0
    points: int = 0
    seconds: float = 0.0  # of training
    skipped: int = 0  # steps whose gradient was no finite number
    lowest: float = math.inf  # training nats between two looks
    best: float = math.inf
    best_step: int = 0
    history: list[dict[str, float]] = field(default_factory=list)


@dataclass
class SharedTrainer:
    """Trains a network in place, from the state in `folder` if there is one, and leaves it as the recipe keeps it."""

    network: SharedNetwork
    collection: Collection
    recipe: SharedRecipe
    folder: Path
    progress: Progress
    factors: Mapping[int, float] = field(default_factory=dict)  # of subjects that count more or less than others
    origin: str = ""  # which trained network it begins as, by a hash; "" for one that the seed made

    def fit(self) -> SharedRun:
        """Train to the end of the recipe.

        Raises TrainingError when the loss is lost: the state in `folder` is then one of before.
        """
        self._begin()
        every = max(1, self.recipe.steps // self.recipe.validations)
        with self.progress.started(self.recipe.steps, self.run.step):
            while self.run.step < self.recipe.steps:
                self._step()
                due = self.run.step % every == 0 or self.run.step == self.recipe.steps
                if due or self.looks.due(self.run.step):
                    self._look()
                if due:
                    self._validate()
                elif time.monotonic() - self._saved > self.recipe.save_seconds:
                    self._look()
                    if self.judge.calm:
                        self._save()
        if self.recipe.keep == "best":
            self.network.load_state_dict(self.best_weights)
        return self.run

    @property
    def device(self) -> torch.device:
        """Where everything happens."""
        return self.network.mean.device

    def _begin(self) -> None:
        """Put the drawings on the device, and stand where the run was left, or at its start."""
        recipe, train = self.recipe, self.collection.train
        if recipe.only_subjects:
            self.network.freeze_all_but_subjects()
        self.drawings = Drawings.of(train, self.device, real=self.collection.real)
        seen = shares_of(self.collection, recipe, self.factors)
        self.sampler = Sampler(seen, train.lengths, recipe.batch, recipe.seed, self.device)
        self.optimisers = Optimisers.of(self.network, recipe.lr)
        self.scale = LossScale.on(self.device, half=not recipe.float32)
        self.best_weights: dict[str, Tensor] = {}
        self.told = torch.zeros(len(TOLD), device=self.device)
        self.run = SharedRun()
        self._fingerprint = state.fingerprint(
            recipe,
            sorted(self.factors.items()),
            self.collection.names,
            self.network.config,
            self.origin,
            train,
            self.collection.valid,
        )
        saved = state.load(self.folder, self._fingerprint)
        if saved is not None:
            with state.restoring(self.folder):
                self._resume(saved)
        self.judge = Judge(self.run.lowest)
        self.looks, self._saved_step = Looks(self.run.step), self.run.step
        self._save()  # a folder that cannot be written is found out now, and there is a good state from now on

    def _resume(self, saved: dict[str, Any]) -> None:
        self.network.load_state_dict(saved["weights"])
        self.best_weights = saved["best_weights"]
        self.optimisers.load_state_dict(saved["optimisers"])
        self.scale.value = saved.get("scale", self.scale.value).to(self.device)
        self.sampler.restore(saved["sampler"])
        restore_random_states(saved["random"], self.device)
        self.run = SharedRun(**saved["run"])

    def _step(self) -> None:
        """One update, of which the device has perhaps only been told when this returns."""
        self.network.train()
        batch = self.drawings.batch(*self.sampler.next())
        told = learn(self.network, batch, self.recipe, self.run.step, self.scale)
        self.optimisers.step(self.recipe.rate(self.run.step))
        self.told = torch.cat([self.told[:-1] + told[:-1], told[-1:]])  # the norm is the last one's
        self.run.step += 1
        self.run.points += batch.points

    def _look(self) -> None:
        """Ask the device how the steps since the last look went, and tell it. Raises TrainingError if they are lost."""
        run, steps = self.run, self.run.step - self.looks.step
        if not steps:
            return
        told = dict(zip(TOLD, self.told.tolist(), strict=True))
        self.told.zero_()
        run.skipped += round(told["skipped"])
        run.seconds += (passed := self.looks.waited)
        self.looks.looked(run.step)
        nats = told["nats"] / max(told["points"], 1)
        if lost := self.judge.see(steps, nats=told["nats"], points=told["points"], skipped=told["skipped"]):
            self._stop(lost)
        self.progress.advance(
            steps,
            nats,
            round(told["points"]),
            seen=run.points,
            seconds=round(run.seconds, 1),
            nats=round(nats, 4),
            kl=round(told["kl"] / max(told["coded"], 1), 2),
            norm=round(told["norm"], 3),
            rate=round(self.recipe.rate(run.step - 1), 4),
            points_per_second=round(told["points"] / max(passed, 1e-9)),
            skipped=run.skipped,
        )

    def _stop(self, why: str) -> NoReturn:
        rate = self.recipe.lr * self.recipe.rate(self.run.step - 1)
        raise TrainingError(
            f"{why} at step {self.run.step} (learning rate {rate:.2g}); "
            f"the last good state, of step {self._saved_step}, is kept in {self.folder}"
        )

    def _validate(self) -> None:
        """Score the validation split, keep the best weights, and save."""
        run, found = self.run, validate(self.network, self.collection.valid, float32=self.recipe.float32)
        if not math.isfinite(found.nats.total):
            self._stop(f"the validation score is {found.nats.total}")
        scores = {**found.nats.model_dump(), "like": found.like, "kl": found.kl}
        run.history.append({"step": run.step, "points": run.points, **scores})
        self.progress.validated(run.step, found.nats, like=round(found.like, 4), kl=round(found.kl, 2))
        if found.nats.total < run.best:
            run.best, run.best_step = found.nats.total, run.step
            self.best_weights = {name: value.detach().clone() for name, value in self.network.state_dict().items()}
        if self.judge.calm:
            self._save()
        self.looks.looked(run.step)

    def _save(self) -> None:
        self.run.lowest = self.judge.lowest
        state.save(
            self.folder,
            {
                "fingerprint": self._fingerprint,
                "weights": self.network.state_dict(),
                "best_weights": self.best_weights,
                "optimisers": self.optimisers.state_dict(),
                "scale": self.scale.value,
                "sampler": self.sampler.state(),
                "random": random_states(self.device),
                "run": asdict(self.run),
            },
        )
        self._saved, self._saved_step = time.monotonic(), self.run.step
