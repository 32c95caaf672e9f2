"""Training the recogniser of the product, which sees the path of the pen beside the picture."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from model.recogniser.network import RecogniserNetwork, Shape
from training.classifier.alter import Alteration, altered
from training.classifier.convolution import quicken
from training.classifier.dataset import StrokeDataset, StrokesThere
from training.classifier.trainer import ClassifierTrainer, Shown
from training.loop import state


class Learner(nn.Module):
    """A recogniser's network with a head for each branch, which is left behind when it has learnt."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.whole = RecogniserNetwork(shape)
        widths = (shape.widths[-1], shape.path_widths[-1])
        self.heads = nn.ModuleList([nn.Linear(width, shape.categories) for width in widths])


@dataclass
class StrokeTrainer(ClassifierTrainer[StrokeDataset]):
    """See `ClassifierTrainer`."""

    shape: Shape = field(kw_only=True)
    how: Alteration = field(default=Alteration(), kw_only=True)

    def new_network(self) -> nn.Module:
        network = Learner(self.shape)
        if self.recipe.bfloat16 and torch.device(self.device).type == "cpu":
            quicken(network)
        return network

    @property
    def size(self) -> int:
        return self.shape.size

    def keep_there(self, device: torch.device) -> None:
        self.strokes = StrokesThere.of(self.dataset, device)

    def logits(self, shown: Shown, size: int, rng: torch.Generator) -> Sequence[Tensor]:
        learner = self.network
        assert isinstance(learner, Learner)
        path = altered(self.strokes.lines(shown.which, shown.there), self.how, rng)
        with torch.autocast(path.samples.device.type, torch.bfloat16, enabled=self.recipe.bfloat16):
            branches = learner.whole.branches(path, size)
            alone = [head(learner.whole.dropout(seen)) for head, seen in zip(learner.heads, branches, strict=True)]
            return [learner.whole.logits(torch.cat(branches, dim=1)), *alone]

    @property
    def fingerprint(self) -> str:
        drawings = hashlib.sha256(self.dataset.category.tobytes())
        drawings.update(self.dataset.points.data)
        return state.fingerprint(self.recipe, self.shape, self.how, self.dataset.names, drawings.hexdigest())

    def recogniser(self) -> RecogniserNetwork:
        """Train: see `fit`."""
        learner = self.fit()
        assert isinstance(learner, Learner)
        return learner.whole.cpu()
