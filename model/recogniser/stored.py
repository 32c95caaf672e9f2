"""A recogniser on disk: `model.pt`, its weights and nothing else, and `card.json`, which names their hash.

The file is read with `weights_only`: nothing in it is executed. Convolutions are kept in half precision.
"""

import io
import pickle
from collections.abc import Mapping
from pathlib import Path

import torch
from torch import Tensor

from model.errors import CheckpointCorrupt
from model.files import MODEL, model_content
from model.recogniser.card import RecogniserCard, read_recogniser_card
from model.recogniser.network import RecogniserNetwork, Shape
from model.recogniser.recogniser import Recogniser
from model.saving import write_checkpoint

UNREADABLE = (EOFError, LookupError, TypeError, ValueError, AttributeError, RuntimeError, pickle.UnpicklingError)


def save_recogniser(folder: Path, network: RecogniserNetwork, card: RecogniserCard) -> RecogniserCard:
    """Write a trained network and its card, whole or not at all; returns the card with its `sha256`.

    Raises CheckpointError when they cannot be written.
    """
    weights = {
        name: value.detach().half() if value.dim() > 1 else value.detach()  # a variance may overflow half precision
        for name, value in network.state_dict().items()
        if value.is_floating_point()  # what counts steps is of no use any more
    }
    file = io.BytesIO()
    torch.save({name: value.cpu().contiguous() for name, value in weights.items()}, file)
    return write_checkpoint(folder, file.getvalue(), card)


def load_recogniser(folder: Path) -> Recogniser:
    """A recogniser whose `model.pt` is the very file that its card describes.

    Raises CheckpointMissing when a file is not there, CheckpointCorrupt when the hash differs, it cannot be read or is
    another network than the card says.
    """
    card = read_recogniser_card(folder)
    return Recogniser(read_network(folder, card), card.names, card.sha256)


def read_network(folder: Path, card: RecogniserCard) -> RecogniserNetwork:
    """The network in a folder as it was trained, its weights in single precision. Raises as `load_recogniser`."""
    path, content = folder / MODEL, model_content(folder, card.sha256)
    network = RecogniserNetwork(Shape(len(card.names), card.size, card.widths, card.path_widths))
    try:
        weights = {
            str(name): value.float()
            for name, value in torch.load(io.BytesIO(content), map_location="cpu", weights_only=True).items()
        }
        _fill(network, weights)
    except UNREADABLE as error:
        line = next(iter(str(error).strip().splitlines()), type(error).__name__)
        raise CheckpointCorrupt(f"{path} does not hold the recogniser of its card: {line}") from error
    return network


def _fill(network: RecogniserNetwork, weights: Mapping[str, Tensor]) -> None:
    """Raises ValueError for weights that are not finite, and RuntimeError for those of another network."""
    if not all(bool(value.isfinite().all()) for value in weights.values()):
        raise ValueError("its weights are not finite numbers")
    counters = {name: value for name, value in network.state_dict().items() if not value.is_floating_point()}
    network.load_state_dict({**counters, **weights})
