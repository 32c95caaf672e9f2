"""The subjects of loaded checkpoints, and how the command line names them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from model.card import Card, SubjectCard
from model.checkpoint import Checkpoint, load_checkpoint, read_card
from model.files import DRAWS, kind_of
from model.names import match_key
from model.saving import write_card
from training.errors import TrainingError


@dataclass(frozen=True, slots=True)
class Subject:
    """One of the things that a loaded checkpoint draws."""

    checkpoint: Checkpoint
    number: int  # in the card's list

    @property
    def card(self) -> SubjectCard:
        """What the checkpoint's card says of it."""
        return self.checkpoint.card.subjects[self.number]

    def __str__(self) -> str:
        """The checkpoint's folder, and of one that draws several things also which."""
        alone = len(self.checkpoint.card.subjects) == 1
        return str(self.checkpoint.folder if alone else self.checkpoint.folder / self.card.slug)


@dataclass(frozen=True, slots=True)
class Choice:
    """A checkpoint that is not loaded yet, and which of its subjects are asked for."""

    folder: Path
    card: Card
    numbers: tuple[int, ...]

    @property
    def subjects(self) -> list[SubjectCard]:
        """What the card says of them."""
        return [self.card.subjects[number] for number in self.numbers]

    def load(self, device: torch.device | str = "cpu") -> list[Subject]:
        """The subjects, their checkpoint loaded once. Raises as `load_checkpoint` does."""
        checkpoint = load_checkpoint(self.folder, device)
        return [Subject(checkpoint, number) for number in self.numbers]

    def write(self, changes: Mapping[int, Mapping[str, object]]) -> None:
        """Change the card's lines of some subjects, by their numbers; the rest of it is as it lies there by now.

        Raises TrainingError where the card is of another network by now.
        """
        card = read_card(self.folder)
        if card.sha256 != self.card.sha256:
            raise TrainingError(f"{self.folder} holds another network by now: its card stays as it is")
        subjects = list(card.subjects)
        for number, change in changes.items():
            subjects[number] = subjects[number].model_copy(update=change)
        write_card(self.folder, card.model_copy(update={"subjects": tuple(subjects)}))


def choose(folders: Sequence[Path], names: Sequence[str] = ()) -> list[Choice]:
    """What is asked for of some checkpoints: their subjects of these names, of no names all.

    A checkpoint that draws none of them is left out, as is a recogniser beside others. Raises TrainingError for a name
    that no checkpoint draws.
    """
    folders = [folder for folder in folders if kind_of(folder) == DRAWS] or folders
    cards = {folder: read_card(folder) for folder in folders}
    for name in names:
        if all(find(card, name) is None for card in cards.values()):
            raise TrainingError(f"none of {', '.join(map(str, folders))} draws {name!r}")
    choices = []
    for folder in folders:
        card = cards[folder]
        found = dict.fromkeys(find(card, name) for name in names) if names else range(len(card.subjects))
        numbers = tuple(number for number in found if number is not None)
        if numbers:
            choices.append(Choice(folder, card, numbers))
    return choices


def load_all(folders: Sequence[Path], names: Sequence[str], device: torch.device | str = "cpu") -> Iterator[Subject]:
    """The subjects that `choose` finds, one checkpoint loaded at a time."""
    for choice in choose(folders, names):
        yield from choice.load(device)


def find(card: Card, name: str) -> int | None:
    """The number of the subject that is known by a name; None where there is none."""
    key = match_key(name)
    for number, subject in enumerate(card.subjects):
        if key in map(match_key, (subject.name, subject.slug, *subject.aliases)):
            return number
    return None
