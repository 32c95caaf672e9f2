"""Training a classifier of either form: which drawings, at which size and rate, the step, a resumable state."""

import math
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from training.classifier.dataset import Dataset, Numbers
from training.classifier.muon import Muon
from training.classifier.recipe import ClassifierRecipe
from training.errors import TrainingError
from training.loop import state
from training.loop.drawings import sent
from training.loop.looks import Looks
from training.loop.progress import Progress
from training.loop.step import drop_by, seed_of

D = TypeVar("D", bound=Dataset)


@dataclass(frozen=True, slots=True)
class Shown:
    """The drawings of a step: their numbers [n] on the host and on the device, and their categories' [n] there."""

    which: Numbers
    there: Tensor
    category: Tensor


@dataclass
class ClassifierTrainer(ABC, Generic[D]):
    """Trains a new network on a dataset, from the state in `folder` if there is one."""

    dataset: D
    recipe: ClassifierRecipe
    folder: Path
    progress: Progress
    device: torch.device | str = "cpu"

    @abstractmethod
    def new_network(self) -> nn.Module:
        """An untrained network, by the global random numbers."""

    @abstractmethod
    def keep_there(self, device: torch.device) -> None:
        """Put the drawings into the memory of a device, where `logits` finds them."""

    @abstractmethod
    def logits(self, shown: Shown, size: int, rng: torch.Generator) -> Sequence[Tensor]:
        """The network's logits [batch, categories] of some drawings, altered at random, in pictures of that size.

        What follows the first are those of parts of it, which learn to judge by themselves.
        """

    @property
    @abstractmethod
    def fingerprint(self) -> str:
        """What a state must have to be of this run."""

    @property
    @abstractmethod
    def size(self) -> int:
        """Pixels a side of the pictures that the network is for."""

    def fit(self) -> nn.Module:
        """Train to the end of the recipe: the network, ready to judge.

        Raises TrainingError when a category has no drawing, or when the loss is no longer finite.
        """
        recipe = self.recipe
        self._arrange()
        torch.manual_seed(recipe.seed)
        self.network = self.new_network().to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.mean = {name: value.clone() for name, value in self.network.state_dict().items()}
        self.optimisers = self._optimisers()
        first = self._resume()
        saved = time.monotonic()
        looks, self.made = Looks.on(torch.device(self.device), first), list[Tensor]()
        with self.progress.started(recipe.steps, first):
            for step in range(first, recipe.steps):
                self._step(step)
                due = time.monotonic() - saved > recipe.save_seconds
                if due or step + 1 == recipe.steps or looks.due(step + 1):
                    self._look(step + 1)
                    looks.looked(step + 1)
                if due:
                    self._save(step + 1)
                    saved = time.monotonic()
        self._save(recipe.steps)
        self.network.load_state_dict(self.mean)
        network: nn.Module = self.network.eval()
        return network

    def _optimisers(self) -> list[torch.optim.Optimizer]:
        recipe, weights = self.recipe, list(self.network.parameters())
        kernels = [weight for weight in weights if weight.dim() == 4] if recipe.muon else []
        rest = [weight for weight in weights if weight.dim() != 4 or not recipe.muon]
        found: list[torch.optim.Optimizer] = [
            torch.optim.AdamW(rest, lr=recipe.lr, weight_decay=recipe.decay, fused=True)
        ]
        return [*found, Muon(kernels, lr=recipe.muon, decay=recipe.decay)] if kernels else found

    def _arrange(self) -> None:
        counts = self.dataset.counts
        if not counts.all():
            missing = self.dataset.names[int(np.argmin(counts))]
            raise TrainingError(f"the category {missing!r} has no drawing in the training split")
        shown = counts**self.recipe.balance
        self.shown = torch.from_numpy(shown / shown.sum())
        self.log_shown = self.shown.log().float().to(self.device)
        self.keep_there(torch.device(self.device))
        self.by_category = np.argsort(self.dataset.category, kind="stable")
        self.starts = np.concatenate([[0], np.cumsum(counts)])

    def _step(self, step: int) -> None:
        """One update, of which the device has perhaps only been told when this returns."""
        recipe = self.recipe
        seed = seed_of(recipe.seed, step)
        rng = torch.Generator().manual_seed(seed)
        device = torch.device(self.device)
        drop_by(seed, device)
        which, category = self._choose(rng)
        shown = Shown(which, sent(which, device), sent(category.numpy(), device))
        size = recipe.small if step < recipe.small_part * recipe.steps else self.size
        chance = rng if device.type == "cpu" else torch.Generator(device).manual_seed(seed)
        self.made.append(self.update(shown, size, step, chance))

    def update(self, shown: Shown, size: int, step: int, rng: torch.Generator) -> Tensor:
        """Learn from some drawings; the loss, on the device, which nothing here waits for."""
        recipe = self.recipe
        self.network.train()
        losses = [self._loss(logits, shown.category) for logits in self.logits(shown, size, rng)]
        self.network.zero_grad(set_to_none=True)
        (losses[0] + recipe.parts * sum(losses[1:], torch.zeros(()))).backward()  # type: ignore[no-untyped-call]
        rate = recipe.rate(step)
        for optimiser, highest in zip(self.optimisers, (recipe.lr, recipe.muon), strict=False):
            for group in optimiser.param_groups:
                group["lr"] = highest * rate
            optimiser.step()
        self._average(step)
        return losses[0].detach()

    def _look(self, done: int) -> None:
        """Ask the device for the losses of the steps since the last look. Raises TrainingError for one that is none."""
        losses = torch.stack(self.made).tolist()
        self.made.clear()
        for step, loss in enumerate(losses, done - len(losses) + 1):
            if not math.isfinite(loss):
                raise TrainingError(f"the loss is {loss} at step {step}; the last good state is kept in {self.folder}")
            self.progress.step(loss, self.recipe.batch)

    def _loss(self, logits: Tensor, category: Tensor) -> Tensor:
        # The loss alone knows how often each category is shown; the network, when it judges, takes all as equally
        # likely (Ren et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", 2020, equation 3).
        logits = logits.float() + self.log_shown
        return functional.cross_entropy(logits, category, label_smoothing=self.recipe.smoothing)

    @torch.no_grad()
    def _average(self, step: int) -> None:
        """Follow the weights slowly: their mean over the last steps judges better than any of them."""
        kept = min(self.recipe.average, 1 - 1 / (1 + 0.1 * (step + 1))) if self.recipe.average else 0.0
        for name, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.mean[name].lerp_(value, 1 - kept)
            else:
                self.mean[name].copy_(value)

    def _choose(self, rng: torch.Generator) -> tuple[Numbers, Tensor]:
        """Numbers of drawings [batch] and of their categories: a category by chance, then any drawing of it."""
        category = torch.multinomial(self.shown, self.recipe.batch, replacement=True, generator=rng)
        place = torch.rand(self.recipe.batch, generator=rng, dtype=torch.float64).numpy()
        numbers = category.numpy()
        within = (place * self.dataset.counts[numbers]).astype(np.int64)
        return self.by_category[self.starts[numbers] + within], category

    def _save(self, step: int) -> None:
        state.save(
            self.folder,
            {
                "fingerprint": self.fingerprint,
                "weights": self.network.state_dict(),
                "mean": self.mean,
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "step": step,
            },
        )

    def _resume(self) -> int:
        """The step to go on from."""
        saved: dict[str, Any] | None = state.load(self.folder, self.fingerprint)
        if saved is None:
            self._save(0)  # a folder that cannot be written is found out now, and there is a good state from now on
            return 0
        with state.restoring(self.folder):
            self.network.load_state_dict(saved["weights"])
            self.mean = {name: value.to(self.device) for name, value in saved["mean"].items()}
            for optimiser, content in zip(self.optimisers, saved["optimisers"], strict=True):
                optimiser.load_state_dict(content)
            return int(saved["step"])
