"""Random networks and drawings for the tests of `model/`."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.card import Card
from model.checkpoint import CheckpointModule, load_checkpoint, save_checkpoint
from model.decoder import Decoder
from model.network import Network, NetworkConfig
from model.point import Point
from model.strokes import Array

MEAN, STD = (1.5, -0.5), (40.0, 35.0)


def network(hidden: int = 32, mixtures: int = 5, seed: int = 0) -> Network:
    """A network with random weights everywhere, so that nothing is zero by chance; its drawings end before long."""
    return network_of(NetworkConfig(hidden=hidden, mixtures=mixtures), seed)


def network_of(config: NetworkConfig, seed: int = 0) -> Network:
    """The same of any shape."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = Network(config, torch.tensor(MEAN), torch.tensor(STD))
        biases = [parameter for name, parameter in made.trunk.named_parameters() if name.startswith("bias_ih")]
        for parameter in (made.h0, made.c0, made.head.bias, *biases):
            if parameter.requires_grad:
                nn.init.normal_(parameter, std=0.3)
        nn.init.normal_(made.head.weight, std=2 / config.hidden**0.5)
        pens = torch.tensor([2.0, 0.5, -1.0])
        if config.pen:
            made.head.bias.data[:3] = pens
        if isinstance(made.density, Point):
            made.density.fit(0.3, 1000 * pens.softmax(0))
    return made


def card(**changes: object) -> Card:
    """A card with everything that it needs."""
    given: dict[str, object] = {
        "category": "The Test",
        "slug": "the-test",
        "system": "gmm32_5",
        "hidden": 32,
        "mixtures": 5,
        "mean": MEAN,
        "std": STD,
        "max_points": 60,
        "temp_xy": 0.5,
        "temp_p": 0.5,
    }
    return Card.model_validate(given | changes)


def loaded(folder: Path, network: Network, *, int8: bool = True) -> CheckpointModule:
    """What loading gives after a decoder of the network was saved in the folder."""
    save_checkpoint(folder, Decoder(network, int8=int8), card())
    return load_checkpoint(folder).module


def drawings(count: int, points: int, seed: int = 0) -> Array:
    """Random drawings [count, points + 1, 5] with the start token, of various lengths, filled up with end rows."""
    rng = np.random.default_rng(seed)
    rows = np.zeros((count, points + 1, 5), dtype=np.float32)
    rows[:, 0, 2] = 1
    rows[:, 1:, :2] = rng.normal(0, 30, (count, points, 2))
    rows[np.arange(count)[:, None], np.arange(1, points + 1), 2 + rng.integers(0, 2, (count, points))] = 1
    for drawing, length in zip(rows, rng.integers(2, points + 1, count), strict=True):
        drawing[length:] = (0, 0, 0, 0, 1)
    return rows


def begin(
    module: CheckpointModule, n: int, steps: int, *, temperature: float = 1.0, seed: int = 0
) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Arguments of `advance` for n drawings from the start: rows, h, c, temperature, noise."""
    rng = np.random.default_rng(seed)
    h, c = module.start(n)
    rows = torch.zeros(n, 5)
    rows[:, 2] = 1
    noise = np.concatenate([rng.random((steps, n, 2)), rng.normal(size=(steps, n, 2))], axis=2)
    return rows, h, c, torch.full((n, 2), temperature), torch.from_numpy(noise.astype(np.float32))
