"""A checkpoint on disk: `model.pt`, one TorchScript archive that needs none of our code, and `card.json`.

A checkpoint is loaded only when its hash is the one that its card names, and the card is only as trustworthy as the
folder it lies in. `model.saving` writes checkpoints.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import torch
from torch import Tensor, nn

from model.archive.reading import archived
from model.archive.torchscript import CONTRACT, compiled_on, open_archive
from model.card import FORMAT, Card
from model.decoder import Decoder
from model.encoder import decoder_of
from model.errors import (
    CheckpointCorrupt,
    CheckpointOutdated,
    WeightsError,
)
from model.files import CARD, DRAWS, MODEL, card_content, json_of, kind_of, model_content, validated
from model.latent import from_text
from model.state import State
from model.table import TableModule

LOST = "lost+found"  # which many file systems have, for the administrator alone


class CheckpointModule(Protocol):
    """What every checkpoint can do; see `model.decoder.Decoder` for what the methods mean."""

    def context(self, subject: Tensor, latent: Tensor) -> Tensor: ...
    def begin(self, context: Tensor) -> State: ...
    def read(self, state: State, rows: Tensor, lengths: Tensor) -> State: ...
    def advance(self, state: State, temperature: Tensor, noise: Tensor) -> tuple[Tensor, State]: ...
    def log_prob(self, rows: Tensor, context: Tensor) -> tuple[Tensor, Tensor]: ...
    def mixture(self, state: State) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]: ...
    def encode(self, rows: Tensor, lengths: Tensor, subject: Tensor) -> tuple[Tensor, Tensor]: ...
    def named_buffers(self) -> Iterator[tuple[str, Tensor]]: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A loaded checkpoint, a network: its card, its module on `device`, and where it came from.

    `tables`: the same module, for drawings whose states are rows of a table.
    """

    card: Card
    module: CheckpointModule
    tables: TableModule
    folder: Path
    device: torch.device

    def begin(self, subjects: Sequence[int], latents: Tensor | None = None) -> State:
        """The state of drawings of these subjects, numbers of the card's list, before their start token.

        `latents` [n, Z]; None: no latent codes. Contexts are made on the CPU, so that every device has the same.
        """
        return self.module.begin(self.contexts(subjects, latents).to(self.device))

    def styles(self, subjects: Sequence[int], seeds: Sequence[int]) -> Tensor:
        """The latent codes [n, Z] that the card has for drawings of these subjects and seeds; zeros for none."""
        latents = torch.zeros(len(subjects), self.card.latent)
        styles = [self.card.subjects[subject].style_of(seed) for subject, seed in zip(subjects, seeds, strict=True)]
        for i, style in enumerate(styles):
            if style is not None:
                latents[i] = torch.tensor(from_text(style, self.card.latent))
        return latents

    def contexts(self, subjects: Sequence[int], latents: Tensor | None = None) -> Tensor:
        """The contexts [n, w] of the same, on the CPU."""
        if latents is None:
            latents = torch.zeros(len(subjects), self.card.latent)
        return self.module.context(torch.tensor(subjects, dtype=torch.long), latents)


def find_checkpoints(root: Path) -> list[Path]:
    """Folders right under `root` that hold any file of a checkpoint that draws, in order of name.

    One that may not be looked into is among them: whoever reads it is told why it cannot be.
    """
    found = (folder for folder in root.glob("*") if folder.name != LOST and _may_hold(folder))
    return sorted(folder for folder in found if kind_of(folder) == DRAWS)


def _may_hold(folder: Path) -> bool:
    try:
        return any((folder / name).exists() for name in (MODEL, CARD))
    except OSError:
        return True


def read_card(folder: Path) -> Card:
    """The card in a folder. Raises CheckpointMissing or CheckpointCorrupt, naming the folder."""
    content = card_content(folder)
    _check_format(folder, content)
    return validated(Card, folder, content)


def _check_format(folder: Path, content: bytes) -> None:
    """Raises CheckpointOutdated for the card of another format."""
    try:
        card = json_of(content)
    except ValueError:
        return  # pydantic says what is wrong with it
    if not isinstance(card, dict):
        return
    if card.get("kind", DRAWS) != DRAWS:
        raise CheckpointCorrupt(f"{folder} is of the kind {card['kind']!r}: it draws nothing")
    found = card.get("format", 1 if "category" in card else FORMAT)
    if found == 1:
        raise CheckpointOutdated(
            f"{folder} is of format 1, and this version reads format {FORMAT}: "
            f"`python -m training export {folder} --out DIR` brings it over"
        )
    if found != FORMAT:
        raise CheckpointOutdated(f"{folder} is of format {found!r}, and this version reads format {FORMAT}")


def check_checkpoint(folder: Path) -> Card:
    """The card of a checkpoint that is whole, without loading it. Raises as `load_checkpoint` does."""
    card = read_card(folder)
    model_content(folder, card.sha256)
    return card


def load_checkpoint(folder: Path, device: torch.device | str = "cpu", sha256: str | None = None) -> Checkpoint:
    """Load a checkpoint whose `model.pt` is the very file that its card describes, and that of `sha256` if given.

    Raises CheckpointMissing when a file is not there, CheckpointCorrupt when the hash differs or it cannot be read.
    """
    card, path = read_card(folder), folder / MODEL
    if sha256 not in (None, card.sha256):
        raise CheckpointCorrupt(f"{path} was replaced: its card names {card.sha256 or 'none'} now, not {sha256}")
    place = torch.device(device)
    weights = _read_weights(path, model_content(folder, card.sha256))
    try:
        decoder = decoder_of(weights)
    except WeightsError as error:
        raise CheckpointCorrupt(f"{path} does not hold a network: {error}") from error
    check_card(path, card, decoder)
    tables = compiled_on(decoder, place)
    return Checkpoint(card, cast("CheckpointModule", tables.decoder), cast("TableModule", tables), folder, place)


def read_weights(folder: Path) -> tuple[Card, dict[str, Tensor]]:
    """The card of a checkpoint and its weights as they are stored (`model.weights`). Raises as `load_checkpoint`."""
    card = read_card(folder)
    return card, _read_weights(folder / MODEL, model_content(folder, card.sha256))


def _read_weights(path: Path, content: bytes) -> dict[str, Tensor]:
    """The weights of an archive. Its methods are not called: this version draws with its own."""
    found = archived(content, str(path))
    lacking = [name for name in CONTRACT if name not in found.methods]
    if lacking:
        raise CheckpointCorrupt(f"{path} lacks the method {lacking[0]!r} of the checkpoint contract")
    return found.weights


def read_archive(folder: Path, sha256: str) -> nn.Module:
    """The archive in a folder as PyTorch loads it, with its code, of whatever format, if its hash is that one.

    Raises as `load_checkpoint`.
    """
    return open_archive(model_content(folder, sha256), str(folder / MODEL))


def check_card(path: Path, card: Card, decoder: Decoder) -> None:
    """Raises CheckpointCorrupt where the card tells of another network."""
    subjects, latent = len(decoder.contexts.table), decoder.contexts.latent.integers.size(1)
    if len(card.subjects) != subjects:
        raise CheckpointCorrupt(f"{path} has contexts of {subjects} subjects, but its card names {len(card.subjects)}")
    if card.latent != latent:
        raise CheckpointCorrupt(f"{path} has a latent code of {latent} numbers, but its card says {card.latent}")
    if card.hidden != decoder.size:
        raise CheckpointCorrupt(f"{path} has {decoder.size} hidden units, but its card says {card.hidden}")
