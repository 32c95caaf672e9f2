"""Recognisers that have learnt nothing, and drawings to show them."""

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from model.recogniser.card import RecogniserCard
from model.recogniser.inference import InferenceNetwork
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser, save_recogniser
from model.strokes import from_polylines

NAMES = ("cat", "dog", "The Eiffel Tower")
SHAPE = Shape(len(NAMES), size=24, widths=(8, 16), path_widths=(8, 16))


def network(seed: int = 0, shape: Shape = SHAPE) -> RecogniserNetwork:
    """A network whose normalisations have seen something, as after training."""
    torch.manual_seed(seed)
    made = RecogniserNetwork(shape)
    for name, value in made.named_buffers():
        if name.endswith("running_mean"):
            value.copy_(0.1 * torch.randn_like(value))
        elif name.endswith("running_var"):
            value.copy_(torch.rand_like(value) + 0.5)
    return made


def card(**changes: object) -> RecogniserCard:
    """The card of such a network."""
    fields = {"names": NAMES, "size": SHAPE.size, "widths": SHAPE.widths, "path_widths": SHAPE.path_widths}
    return RecogniserCard.model_validate(fields | changes)


def write(folder: Path, seed: int = 0) -> RecogniserCard:
    """A checkpoint of one."""
    return save_recogniser(folder, InferenceNetwork(network(seed)), card())


def recogniser(folder: Path) -> Recogniser:
    """One that was written and loaded."""
    write(folder)
    return load_recogniser(folder)


def scribbles(count: int, *, points: int = 20, strokes: int = 3, seed: int = 0) -> list[Tensor]:
    """Drawings of strokes at random."""
    rng = np.random.default_rng(seed)
    lines = [[10 * rng.normal(size=(points, 2)).cumsum(axis=0) for _ in range(strokes)] for _ in range(count)]
    return [torch.from_numpy(from_polylines(each)) for each in lines]
