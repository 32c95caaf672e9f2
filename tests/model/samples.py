"""Random networks and drawings for the tests of `model/`."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn

from model.card import Card
from model.checkpoint import Checkpoint, CheckpointModule, load_checkpoint
from model.decoder import Decoder
from model.density.point import Point
from model.linear import fixed_point, quantised
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.state import State
from model.strokes import Array
from model.weights import ContextParts, Weights, shape_of, stored

Module = CheckpointModule | Decoder
Arguments = tuple[State, Tensor, Tensor]  # of `advance`: state, temperature, noise
MEAN, STD = (1.5, -0.5), (40.0, 35.0)
SUBJECTS, LATENT, ENCODER = 4, 6, 16  # of the networks of many subjects


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


def weights(hidden: int = 32, mixtures: int = 5, seed: int = 0) -> dict[str, Tensor]:
    """The weights of `network`, of one subject and without an encoder."""
    return stored(network(hidden, mixtures, seed))


def shared_weights(
    hidden: int = 32, mixtures: int = 5, *, subjects: int = SUBJECTS, seed: int = 0
) -> dict[str, Tensor]:
    """The weights of a network of many subjects, with an encoder, as random as `network`. Its head reads finely."""
    generator = torch.Generator().manual_seed(seed)
    width = 6 * hidden + 3 + 6 * mixtures

    def random(*shape: int, std: float) -> Tensor:
        return std * torch.randn(*shape, generator=generator)

    parts = ContextParts(random(subjects, width, std=0.2), random(width, LATENT, std=0.1))
    return stored(network(hidden, mixtures, seed), parts, fine_head=True) | encoder_weights(subjects, LATENT, generator)


def encoder_weights(subjects: int, latent: int, generator: torch.Generator) -> dict[str, Tensor]:
    """The weights of a random encoder of `ENCODER` outputs a direction, for codes of so many numbers."""

    def random(*shape: int, std: float) -> Tensor:
        return std * torch.randn(*shape, generator=generator)

    kind_sums, codes = (
        fixed_point(random(8 * ENCODER, 3, std=0.5)),
        quantised(random(2 * latent, 2 * ENCODER, std=0.5), 2),
    )
    encoder = {
        "kind": random(subjects, 3, std=1).half(),
        "kind_sums.integers": kind_sums[0],
        "kind_sums.scale": kind_sums[1],
        "bias": random(8 * ENCODER, std=0.3),
        "latent.integers": codes[0],
        "latent.scale": codes[1],
        "latent_bias": random(2 * latent, std=0.3),
    }
    for way in ("forwards", "backwards"):
        integers, scale = quantised(random(4 * ENCODER, ENCODER, std=ENCODER**-0.5))
        encoder |= {f"{way}.recurrent.integers": integers, f"{way}.recurrent.scale": scale}
        encoder[f"{way}.input.weight"] = random(4 * ENCODER, 5, std=0.5)
    return {f"encoder.{name}": value for name, value in encoder.items()}


def subject(**changes: object) -> dict[str, object]:
    """A subject of a card, with everything that it needs."""
    return {"name": "The Test", "slug": "the-test", "max_points": 60, "temp_xy": 0.5, "temp_p": 0.5} | changes


def subjects(count: int) -> list[dict[str, object]]:
    """Many of them, each with a name of its own."""
    return [subject(name=f"Test {i}", slug=f"test-{i}") for i in range(count)]


def card(**changes: object) -> Card:
    """A card with everything that it needs."""
    given: dict[str, object] = {
        "system": "gmm32_5",
        "hidden": 32,
        "mixtures": 5,
        "mean": MEAN,
        "std": STD,
        "subjects": [subject()],
    }
    return Card.model_validate(given | changes)


def card_of(weights: Weights, **changes: object) -> Card:
    """A card that tells of these weights."""
    shape = shape_of(weights)
    of_shape: dict[str, object] = {"hidden": shape.hidden, "mixtures": shape.mixtures, "latent": shape.latent}
    if shape.subjects > 1:
        of_shape["subjects"] = subjects(shape.subjects)
    return card(**(of_shape | changes))


def loaded(folder: Path, weights: Weights) -> Checkpoint:
    """What loading gives after these weights were saved in the folder."""
    save_checkpoint(folder, weights, card_of(weights))
    return load_checkpoint(folder)


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


def contexts(module: Module, n: int, *, seed: int = 0) -> Tensor:
    """Contexts [n, w] of n drawings: of each subject in turn, with random latent codes where there are some."""
    stored = dict(module.named_buffers())
    count, latent = len(stored["contexts.table"]), stored["contexts.latent.integers"].size(1)
    codes = np.random.default_rng(seed).normal(size=(n, latent)).astype(np.float32)
    return module.context(torch.arange(n) % count, torch.from_numpy(codes))


def begin(module: Module, n: int, steps: int, *, temperature: float = 1.0, seed: int = 0) -> Arguments:
    """Arguments of `advance` for n drawings from the start, their contexts those of `contexts`."""
    rng = np.random.default_rng(seed)
    noise = np.concatenate([rng.random((steps, n, 2)), rng.normal(size=(steps, n, 2))], axis=2)
    state = module.begin(contexts(module, n, seed=seed))
    return state, torch.full((n, 2), temperature), torch.from_numpy(noise.astype(np.float32))


def at(arguments: Arguments, which: slice) -> Arguments:
    """The arguments of `advance` of some of these drawings."""
    state, temperature, noise = arguments
    return [part[which] for part in state], temperature[which], noise[:, which]


def equal(one: State, other: State) -> bool:
    """Whether two states are the same, bit for bit."""
    return all(torch.equal(*parts) for parts in zip(one, other, strict=True))
