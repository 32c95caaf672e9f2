"""The file of a pretrained network, the start that categories are fine-tuned from."""

import logging
from dataclasses import asdict
from pathlib import Path

import torch
from pydantic import TypeAdapter, ValidationError

from model.card import DataPart
from model.files import write_whole
from model.network import Network, NetworkConfig
from training.errors import TrainingError
from training.loop.conditional import ConditionalNetwork

log = logging.getLogger(__name__)
FILE = "pretrained.pt"
PARTS = TypeAdapter(list[DataPart])


def save_pretrained(path: Path, network: ConditionalNetwork, names: tuple[str, ...], parts: list[DataPart]) -> None:
    """Write a pretrained network with its categories' names and what it was trained on, whole or not at all.

    Matrices are stored in float16, as in a checkpoint. Raises TrainingError when the file cannot be written.
    """
    weights = {
        name: value.cpu().half() if value.dim() == 2 else value.cpu() for name, value in network.state_dict().items()
    }
    content: dict[str, object] = {"config": asdict(network.config), "names": list(names), "weights": weights}
    content["data"] = PARTS.dump_python(parts)
    try:
        write_whole(path, lambda file: torch.save(content, file))
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"{path} could not be written: {reason}; the same command goes on from here") from error


def load_pretrained(path: Path) -> tuple[ConditionalNetwork, list[str], list[DataPart]]:
    """(network, names of its categories, what it was trained on). Raises TrainingError when it is none."""
    try:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        network = ConditionalNetwork(
            NetworkConfig(**saved["config"]), len(saved["names"]), torch.zeros(2), torch.ones(2)
        )
        network.load_state_dict({name: value.float() for name, value in saved["weights"].items()})
        return network, list(saved["names"]), PARTS.validate_python(saved["data"])
    except (OSError, KeyError, RuntimeError, TypeError, ValueError, ValidationError) as error:
        raise TrainingError(f"{path} is not a pretrained network: {error}") from error


def start_from(path: Path, category: str) -> tuple[Network, list[DataPart]]:
    """The plain network of one category, of the mean category when it is not among those seen, and its data."""
    network, names, parts = load_pretrained(path)
    if category in names:
        return network.fold(names.index(category)), parts
    log.warning("%s has not seen %r: starting from the mean of its %d categories", path, category, len(names))
    return network.fold_mean(), parts
