"""Small checkpoints of random networks, of one subject and of several."""

from pathlib import Path

import torch
from torch import Tensor, nn

from model.card import Card, SubjectCard
from model.checkpoint import read_weights
from model.names import slug
from model.network import Network, NetworkConfig
from model.saving import save_checkpoint
from model.weights import ContextParts, stored
from training.score.subject import Subject, load_all

MEAN, STD = (1.5, -0.5), (40.0, 35.0)
HIDDEN, MIXTURES = 16, 3


def network(hidden: int = HIDDEN, mixtures: int = MIXTURES, seed: int = 0) -> Network:
    """Random weights everywhere, so that nothing is zero by chance; its drawings end before long."""
    with torch.random.fork_rng():
        torch.manual_seed(seed)
        made = Network(NetworkConfig(hidden, mixtures), torch.tensor(MEAN), torch.tensor(STD))
        for parameter in (made.h0, made.c0, made.head.bias, made.lstm.bias_ih_l0):
            nn.init.normal_(parameter, std=0.3)
        nn.init.normal_(made.head.weight, std=2 / hidden**0.5)
        made.head.bias.data[:3] = torch.tensor([2.0, 0.5, -1.0])
    return made


def weights(subjects: int = 1, *, hidden: int = HIDDEN, mixtures: int = MIXTURES, seed: int = 0) -> dict[str, Tensor]:
    """Of a checkpoint whose subjects, if there are several, all differ."""
    made = network(hidden, mixtures, seed)
    if subjects == 1:
        return stored(made)
    table = torch.randn(subjects, 6 * hidden + 3 + 6 * mixtures, generator=torch.Generator().manual_seed(seed))
    return stored(made, ContextParts(0.3 * table, table.new_zeros(table.size(1), 0)))


def card(
    *names: str, system: str = "gmm16_3", hidden: int = HIDDEN, mixtures: int = MIXTURES, **subject: object
) -> Card:
    """Of subjects of these names, each with the same of all else."""
    given: dict[str, object] = {"max_points": 24, "temp_xy": 0.4, "temp_p": 0.5}
    subjects = [SubjectCard.model_validate({"name": name, "slug": slug(name), **given, **subject}) for name in names]
    return Card(
        system=system, hidden=hidden, mixtures=mixtures, mean=MEAN, std=STD, subjects=tuple(subjects)
    )  # fmt: skip


def write(
    folder: Path,
    *names: str,
    system: str = "gmm16_3",
    hidden: int = HIDDEN,
    mixtures: int = MIXTURES,
    seed: int = 0,
    **subject: object,
) -> Path:
    """A checkpoint in the folder that draws things of these names."""
    made = weights(len(names), hidden=hidden, mixtures=mixtures, seed=seed)
    save_checkpoint(folder, made, card(*names, system=system, hidden=hidden, mixtures=mixtures, **subject))
    return folder


def load(folder: Path) -> Subject:
    """The first of what a checkpoint draws."""
    return next(load_all([folder], []))


def assert_alike(one: Path, other: Path) -> None:
    """Two checkpoints have the same weights bit for bit, and the same card but for how and when they were made.

    (The bytes of two archives of the same weights differ from process to process, which is torch's doing.)
    """
    (card, own), (its_card, its) = read_weights(one), read_weights(other)
    assert own.keys() == its.keys()
    assert all(torch.equal(own[name], its[name]) for name in own)
    made = {"command", "train_seconds", "fingerprint", "sha256"}
    assert card.model_dump(exclude=made) == its_card.model_dump(exclude=made)
