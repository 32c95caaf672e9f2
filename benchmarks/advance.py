"""`advance` of a checkpoint as something to time: called as the service calls it, in chunks of steps."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import torch

from model.card import Card
from model.checkpoint import CheckpointModule, load_checkpoint, save_checkpoint
from model.drawing import CHUNK
from model.decoder import Decoder
from model.network import Network, NetworkConfig
from model.noise import noise
from model.strokes import START_ROW

TEMPERATURE = 0.5
POINTS = 640  # that a case makes at least, so that the first of them, with cold caches, hardly count


def random_module(config: NetworkConfig, device: torch.device) -> CheckpointModule:
    """A saved and loaded checkpoint of random weights: speed does not depend on what was learnt."""
    torch.manual_seed(0)
    network = Network(config, torch.zeros(2), torch.full((2,), 40.0))
    card = Card(
        category="random",
        slug="random",
        system="random",
        hidden=config.hidden,
        mixtures=network.density.mixtures,
        layers=config.layers,
        mean=(0, 0),
        std=(40, 40),
        max_points=1,
        temp_xy=TEMPERATURE,
        temp_p=TEMPERATURE,
    )
    with tempfile.TemporaryDirectory() as folder:
        save_checkpoint(Path(folder), Decoder(network), card)
        return load_checkpoint(Path(folder), device).module


def advancing(module: CheckpointModule, n: int, calls: int, device: torch.device) -> Callable[[], None]:
    """What makes n drawings of `calls` chunks from the start: n x calls x CHUNK points."""
    rows = torch.from_numpy(START_ROW).to(device).repeat(n, 1)
    temperature = torch.full((n, 2), TEMPERATURE, device=device)
    numbers = [torch.from_numpy(noise(range(n), i * CHUNK, CHUNK)).to(device) for i in range(calls)]

    @torch.inference_mode()
    def run() -> None:
        last, (h, c) = rows, module.start(n)
        for some in numbers:
            drawn, h, c = module.advance(last, h, c, temperature, some)
            last = drawn[-1]

    return run
