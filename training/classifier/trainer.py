"""Training the classifier of pictures: which pictures, at which size and rate, the step, a resumable state."""

import hashlib
import math
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional

from training.classifier.dataset import PictureDataset
from training.classifier.network import Classifier, ClassifierConfig, PictureNetwork
from training.classifier.warp import Warp, warp
from training.errors import TrainingError
from training.loop import state
from training.loop.progress import Progress


@dataclass(frozen=True, slots=True)
class ClassifierRecipe:
    """How to train. Small pictures first: they cost half of what large ones do and teach most of it."""

    steps: int = 10_000
    batch: int = 128
    lr: float = 3e-3
    warmup: float = 0.05  # part of the steps in which the rate rises; then it falls along a cosine
    decay: float = 0.05
    smoothing: float = 0.1  # of the labels: one drawing in ten shows what only its drawer knows
    small: int = 32  # pixels a side in the first part of the steps
    small_part: float = 0.5
    balance: float = 0.5  # a category with n drawings is shown in proportion to n ** balance
    seed: int = 0
    bfloat16: bool = True
    save_seconds: float = 60.0


@dataclass
class ClassifierTrainer:
    """Trains a new network on a dataset, from the state in `folder` if there is one."""

    dataset: PictureDataset
    config: ClassifierConfig
    recipe: ClassifierRecipe
    folder: Path
    progress: Progress
    device: torch.device | str = "cpu"

    def fit(self) -> Classifier:
        """Train to the end of the recipe.

        Raises TrainingError when a category has no drawing, or when the loss is no longer finite.
        """
        recipe = self.recipe
        self._arrange()
        torch.manual_seed(recipe.seed)
        self.network = PictureNetwork(self.config).to(self.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=recipe.lr, weight_decay=recipe.decay, fused=True
        )
        first = self._resume()
        saved = time.monotonic()
        with self.progress.started(recipe.steps, first):
            for step in range(first, recipe.steps):
                self.progress.step(self._step(step), recipe.batch)
                if time.monotonic() - saved > recipe.save_seconds:
                    self._save(step + 1)
                    saved = time.monotonic()
        self._save(recipe.steps)
        return Classifier(self.network.eval(), self.config, self.dataset.names)

    def rate(self, step: int) -> float:
        """The learning rate's factor at a step."""
        warm = self.recipe.warmup * self.recipe.steps
        if step < warm:
            return (step + 1) / (warm + 1)
        return (1 + math.cos(math.pi * (step - warm) / (self.recipe.steps - warm))) / 2

    def _arrange(self) -> None:
        counts = self.dataset.counts
        if not counts.all():
            missing = self.dataset.names[int(np.argmin(counts))]
            raise TrainingError(f"the category {missing!r} has no drawing in the training split")
        shown = counts**self.recipe.balance
        self.shown = torch.from_numpy(shown / shown.sum())
        self.by_category = np.argsort(self.dataset.category, kind="stable")
        self.starts = np.concatenate([[0], np.cumsum(counts)])

    def _step(self, step: int) -> float:
        """One update; its loss."""
        recipe = self.recipe
        rng = torch.Generator().manual_seed(recipe.seed * 1_000_003 + step)
        torch.manual_seed(recipe.seed * 1_000_003 + step)  # dropout's
        which, category = self._choose(rng)
        size = recipe.small if step < recipe.small_part * recipe.steps else self.config.size
        pictures = warp(torch.from_numpy(self.dataset.pictures[which]).to(self.device), size, Warp(), rng)
        self.network.train()
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=recipe.bfloat16):
            logits = self.network(pictures)
        # The loss alone knows how often each category is shown; the network, when it judges, takes all as equally
        # likely (Ren et al., "Balanced Meta-Softmax for Long-Tailed Visual Recognition", 2020, equation 3).
        logits = logits.float() + self.shown.log().float().to(logits.device)
        loss = functional.cross_entropy(logits, category.to(logits.device), label_smoothing=recipe.smoothing)
        value = loss.item()
        if not math.isfinite(value):
            raise TrainingError(f"the loss is {value} at step {step + 1}; the last good state is kept in {self.folder}")
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        for group in self.optimiser.param_groups:
            group["lr"] = recipe.lr * self.rate(step)
        self.optimiser.step()
        return value

    def _choose(self, rng: torch.Generator) -> tuple[NDArray[np.int64], Tensor]:
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
                "fingerprint": self._fingerprint,
                "weights": self.network.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "step": step,
            },
        )

    def _resume(self) -> int:
        """The step to go on from."""
        drawings = hashlib.sha256(self.dataset.category.tobytes())
        drawings.update(self.dataset.pictures.data)
        self._fingerprint = state.fingerprint(self.recipe, self.config, self.dataset.names, drawings.hexdigest())
        saved = state.load(self.folder, self._fingerprint)
        if saved is None:
            self._save(0)  # a folder that cannot be written is found out now, and there is a good state from now on
            return 0
        self.network.load_state_dict(saved["weights"])
        self.optimiser.load_state_dict(saved["optimiser"])
        return int(saved["step"])
