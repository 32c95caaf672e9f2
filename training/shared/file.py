"""The file of a trained network for many subjects, from which checkpoints are exported and training goes on."""

import hashlib
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from pydantic import TypeAdapter
from torch import Tensor

from model.card import DataPart
from model.density.mixture import Mixture
from model.files import write_whole
from training.errors import TrainingError
from training.loop.tensors import DAMAGED, read_tensors, why
from training.shared.network import SharedConfig, SharedNetwork

FILE = "network.pt"
DECODER, ENCODER = "decoder.pt", "encoder.pt"  # the two files of a folder that can be read as well
PARTS = TypeAdapter(list[DataPart])

Loaded = tuple[SharedNetwork, list[str], list[DataPart]]


def save_shared(
    path: Path, network: SharedNetwork, names: tuple[str, ...], parts: list[DataPart], **told: object
) -> None:
    """Write a network with its subjects' names and what it was trained on, whole or not at all.

    Matrices are stored in float16; `told` is for people who look into the file. Raises TrainingError when the disk is
    full.
    """
    weights = {
        name: value.cpu().half() if value.dim() == 2 else value.cpu() for name, value in network.state_dict().items()
    }
    content: dict[str, object] = {"config": asdict(network.config), "names": list(names), "weights": weights}
    content |= {"data": PARTS.dump_python(parts), **told}
    try:
        write_whole(path, lambda file: torch.save(content, file))
    except OSError as error:
        reason = f"{path} could not be written: {error.strerror or error}"
        raise TrainingError(f"{reason}; the same command goes on from here") from error


def is_shared(path: Path) -> bool:
    """Whether `load_shared` may find a network there."""
    return path.is_file() or (path / DECODER).is_file()


def load_shared(path: Path) -> Loaded:
    """(network, names of its subjects, what it was trained on) of a file, or of a folder of decoder and encoder.

    Such a folder does not say what it was trained on. Raises TrainingError when there is no such network.
    """
    try:
        return _load_folder(path) if path.is_dir() else _load_file(path)
    except (OSError, *DAMAGED) as error:  # pydantic's are ValueErrors
        raise TrainingError(f"{path} is not a trained network of many subjects: {why(error)}") from error


def hash_of(path: Path) -> str:
    """Of what `load_shared` reads there. Raises TrainingError when it cannot be read."""
    digest = hashlib.sha256()
    try:
        for file in (path / DECODER, path / ENCODER) if path.is_dir() else (path,):
            digest.update(file.read_bytes())
    except OSError as error:
        raise TrainingError(f"{path} is not a trained network of many subjects: {why(error)}") from error
    return digest.hexdigest()


def _load_file(path: Path) -> Loaded:
    saved = read_tensors(path)
    network = _network(SharedConfig(**saved["config"]), saved["weights"])
    return network, _names(saved, network), PARTS.validate_python(saved["data"])


def _load_folder(folder: Path) -> Loaded:
    decoder, encoder = (read_tensors(folder / name) for name in (DECODER, ENCODER))
    weights = {name.removeprefix("base."): value for name, value in (decoder["weights"] | encoder["weights"]).items()}
    for unused in ("h0", "c0"):  # of a plain network, which this one was in part
        weights.pop(unused, None)
    config = SharedConfig(
        subjects=len(decoder["names"]),
        hidden=decoder["hidden"],
        mixtures=(len(weights["head.bias"]) - Mixture.pen_states) // Mixture.fields,
        embedding=decoder["embedding"],
        latent=decoder["latent"],
        encoder=encoder["encoder"],
        kind=weights["kind.weight"].size(1),
    )
    network = _network(config, weights)
    return network, _names(decoder, network), []


def _network(config: SharedConfig, weights: dict[str, Tensor]) -> SharedNetwork:
    network = SharedNetwork(config, torch.zeros(2), torch.ones(2))
    network.load_state_dict({name: value.float() for name, value in weights.items()})
    return network


def _names(saved: dict[str, Any], network: SharedNetwork) -> list[str]:
    names = [str(name) for name in saved["names"]]
    if len(names) != network.config.subjects:
        raise ValueError(f"{len(names)} names for {network.config.subjects} subjects")
    return names
