"""`advance` of a checkpoint as something to time: called as the service calls it, in chunks of steps."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import torch

from model.card import Card, SubjectCard
from model.checkpoint import Checkpoint, load_checkpoint
from model.density.noise import noise
from model.drawing import CHUNK
from model.names import slug
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.weights import ContextParts, stored

TEMPERATURE = 0.5
POINTS = 640  # that a case makes at least, so that the first of them, with cold caches, hardly count


def random_checkpoint(config: NetworkConfig, device: torch.device, subjects: int = 1, points: int = 1) -> Checkpoint:
    """A saved and loaded checkpoint of random weights: speed does not depend on what was learnt."""
    torch.manual_seed(0)
    network = Network(config, torch.zeros(2), torch.full((2,), 40.0))
    weights = stored(network)
    if subjects > 1:
        width = len(weights["contexts.base"])
        weights = stored(network, ContextParts(torch.randn(subjects, width) / 10, torch.zeros(width, 0)))
    card = Card(
        system="random",
        hidden=config.hidden,
        mixtures=network.density.mixtures,
        mean=(0, 0),
        std=(40, 40),
        subjects=tuple(_subject(f"random {number}", points) for number in range(subjects)),
    )
    with tempfile.TemporaryDirectory() as folder:
        save_checkpoint(Path(folder), weights, card)
        return load_checkpoint(Path(folder), device)


def _subject(name: str, points: int) -> SubjectCard:
    return SubjectCard(name=name, slug=slug(name), max_points=points, temp_xy=TEMPERATURE, temp_p=TEMPERATURE)


def advancing(checkpoint: Checkpoint, subjects: Sequence[int], calls: int) -> Callable[[], None]:
    """What makes a drawing of each of some subjects, `calls` chunks from the start: n x calls x CHUNK points."""
    n, device = len(subjects), checkpoint.device
    temperature = torch.full((n, 2), TEMPERATURE, device=device)
    numbers = [torch.from_numpy(noise(range(n), i * CHUNK, CHUNK)).to(device) for i in range(calls)]
    start = checkpoint.begin(subjects)

    @torch.inference_mode()
    def run() -> None:
        state = start
        for some in numbers:
            _, state = checkpoint.module.advance(state, temperature, some)

    return run
