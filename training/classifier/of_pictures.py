"""Training the small classifier that sees pictures alone."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from training.classifier.dataset import PictureDataset
from training.classifier.pictures import ClassifierConfig, PictureClassifier, PictureNetwork
from training.classifier.trainer import ClassifierTrainer, Shown
from training.classifier.warp import Warp, warp
from training.loop import state
from training.loop.drawings import sent


@dataclass
class PictureTrainer(ClassifierTrainer[PictureDataset]):
    """See `ClassifierTrainer`."""

    config: ClassifierConfig = field(kw_only=True)

    def new_network(self) -> nn.Module:
        return PictureNetwork(self.config)

    @property
    def size(self) -> int:
        return self.config.size

    def keep_there(self, device: torch.device) -> None:
        self.pictures = sent(self.dataset.pictures, device)

    def logits(self, shown: Shown, size: int, rng: torch.Generator) -> Sequence[Tensor]:
        pictures = warp(self.pictures[shown.there], size, Warp(), rng)
        with torch.autocast(pictures.device.type, torch.bfloat16, enabled=self.recipe.bfloat16):
            return [self.network(pictures)]

    @property
    def fingerprint(self) -> str:
        drawings = hashlib.sha256(self.dataset.category.tobytes())
        drawings.update(self.dataset.pictures.data)
        return state.fingerprint(self.recipe, self.config, self.dataset.names, drawings.hexdigest())

    def classifier(self) -> PictureClassifier:
        """Train: see `fit`."""
        network = self.fit()
        assert isinstance(network, PictureNetwork)
        return PictureClassifier(network, self.config, self.dataset.names)
