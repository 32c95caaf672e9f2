"""What can be asked for: a subject, and the network on disk that draws it. Values; no network is loaded for them."""

from dataclasses import dataclass
from pathlib import Path

from model.card import Card, SubjectCard


@dataclass(frozen=True, slots=True, eq=False)
class StoredNetwork:
    """A checkpoint on disk whose files are those that its card describes."""

    card: Card
    folder: Path

    @property
    def name(self) -> str:
        """How logs and people call it."""
        return self.folder.name

    def subjects(self) -> list["Subject"]:
        """All that it draws."""
        return [Subject(card, number, self) for number, card in enumerate(self.card.subjects)]


@dataclass(frozen=True, slots=True)
class Subject:
    """One thing that a network draws: what its card says of it, and its number in the network's list."""

    card: SubjectCard
    number: int
    network: StoredNetwork

    @property
    def system(self) -> str:
        """The name of the network's system, for `?system=`."""
        return self.network.card.system

    @property
    def is_default(self) -> bool:
        """Whether its network draws it where a request names no system; another may claim the same, and come first."""
        return self.card.default or len(self.network.card.subjects) > 1
