"""Trained networks that are no checkpoints yet: their files, and the cards that are made for them."""

import pickle
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from model.card import Card, DataPart, SubjectCard
from model.names import slug
from training.data.quickdraw import known
from training.errors import ExportError
from training.shared.network import SharedConfig, SharedNetwork

DECODER, ENCODER = "decoder.pt", "encoder.pt"
MAX_POINTS = 200  # of a category whose drawings nobody has counted
TEMP_XY, TEMP_P = 0.15, 0.7  # where one setting for all does best (docs/lab-notes.md)
BASE = "base."  # before names of what every network has
SPARE = ("h0", "c0")  # of a network without subjects, whose place each subject's own first state has taken
UNREADABLE = (OSError, EOFError, KeyError, TypeError, ValueError, RuntimeError, AttributeError, pickle.UnpicklingError)


@dataclass(frozen=True)
class Trained:
    """A trained network, and the names of what it draws."""

    network: SharedNetwork
    names: Sequence[str]


def is_trained(path: Path) -> bool:
    """Whether `read_trained` may find a network there."""
    return path.is_file() or (path / DECODER).is_file()


def read_trained(path: Path) -> Trained:
    """A network from the folder of its decoder and its encoder. Raises ExportError where it is none."""
    if not path.is_dir():
        raise ExportError(f"{path} is no folder of a trained network: {DECODER} and {ENCODER}")
    try:
        return _of(_loaded(path / DECODER), _loaded(path / ENCODER))
    except UNREADABLE as error:
        raise ExportError(f"{path} does not hold a trained network: {error}") from error


def _loaded(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    return found


def _of(decoder: dict[str, Any], encoder: dict[str, Any]) -> Trained:
    weights = {
        name.removeprefix(BASE): value.float() for name, value in (decoder["weights"] | encoder["weights"]).items()
    }
    outputs = len(weights["head.bias"])
    config = SharedConfig(
        subjects=len(decoder["names"]),
        hidden=decoder["hidden"],
        mixtures=(outputs - 3) // 6,
        embedding=decoder["embedding"],
        latent=decoder["latent"],
        encoder=encoder["encoder"],
        kind=weights["kind.weight"].size(1),
    )
    network = SharedNetwork(config, torch.zeros(2), torch.ones(2))
    network.load_state_dict({name: value for name, value in weights.items() if name not in SPARE})
    return Trained(network.eval(), tuple(str(name) for name in decoder["names"]))


def card_of(trained: Trained, system: str, most_points: Mapping[str, int], data: Sequence[DataPart]) -> Card:
    """The card of a network by that name; `most_points` of each category by its name, where they are known."""
    network, subjects = trained.network, []
    for name in trained.names:
        about = known(name)
        subjects.append(
            SubjectCard(
                name=name,
                slug=slug(name),
                max_points=most_points.get(name, MAX_POINTS),
                temp_xy=TEMP_XY,
                temp_p=TEMP_P,
                aliases=about.aliases,
                group=about.group,
            )
        )
    return Card(
        system=system,
        hidden=network.config.hidden,
        mixtures=network.config.mixtures,
        latent=network.config.latent,
        mean=tuple(network.mean.tolist()),
        std=tuple(network.std.tolist()),
        subjects=tuple(subjects),
        data=tuple(data),
    )
