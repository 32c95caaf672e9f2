"""A small network, drawings and a recipe for it."""

import numpy as np
import torch

from tests.training import shapes
from training.data.collection import Collection
from training.data.corpus import Corpus
from training.loop.drawings import Batch, Drawings
from training.shared.network import SharedConfig, SharedNetwork
from training.shared.recipe import SharedRecipe

NAMES = ("square", "zigzag")
CPU = torch.device("cpu")
CONFIG = SharedConfig(subjects=2, hidden=16, mixtures=2, embedding=12, latent=4, encoder=8, kind=3)
RECIPE = SharedRecipe(steps=40, batch=24, lr=1e-2, validations=4, float32=True)


def collection(count: int = 60) -> Collection:
    """Squares and zigzags, and as many squares more for training alone."""
    real = shapes.drawings("square", count) + shapes.drawings("zigzag", count)
    train = Corpus.of(real + shapes.drawings("square", count, seed=5), [0] * count + [1] * count + [0] * count)
    valid = shapes.drawings("square", 12, seed=9) + shapes.drawings("zigzag", 12, seed=9)
    return Collection(NAMES, train, Corpus.of(valid, [0] * 12 + [1] * 12), real=2 * count, extra=count)


def network(seed: int = 0, config: SharedConfig = CONFIG) -> SharedNetwork:
    """As training begins."""
    torch.manual_seed(seed)
    return SharedNetwork(config, torch.tensor([1.0, -2.0]), torch.tensor([30.0, 40.0]))


def trained_a_little(seed: int = 0) -> SharedNetwork:
    """Nothing in it is zero any more."""
    made = network(seed)
    for parameter in made.parameters():
        parameter.data += 0.1 * torch.randn_like(parameter)
    return made.eval()


def batch(count: int = 10) -> Batch:
    """Real and sampled drawings of both kinds, of two lengths."""
    found = collection()
    numbers = np.linspace(0, len(found.train) - 1, count).astype(np.int64)
    return Drawings.of(found.train, CPU, real=found.real).batch(numbers, torch.from_numpy(numbers))
