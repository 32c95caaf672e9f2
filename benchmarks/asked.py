"""What clients ask a service for, to be drawn by a certain checkpoint."""

from dataclasses import dataclass
from pathlib import Path

from app.catalogue.catalogue import read_catalogue
from model.checkpoint import read_card


@dataclass(frozen=True, slots=True)
class Asked:
    """Categories that one network draws. `by_default`: the service draws the first by it where nothing else is said."""

    slugs: tuple[str, ...]
    system: str
    by_default: bool

    @classmethod
    def of(cls, folder: Path) -> "Asked":
        """All that a checkpoint draws, in a service of the folder that it lies in. Raises CheckpointError."""
        folder = folder.resolve()
        card = read_card(folder)
        slugs = tuple(subject.slug for subject in card.subjects)
        category = read_catalogue(folder.parent).find(slugs[0])
        default = category.subject().network.folder if category.default else None
        return cls(slugs, card.system, default == folder)

    @property
    def path(self) -> str:
        """Of the first category: without a query where that is enough, since those are answered quicker."""
        return f"/draw/{self.slugs[0]}" + ("" if self.by_default else f"?system={self.system}")

    def first(self, count: int) -> "Asked":
        """The same of so many categories."""
        return Asked(self.slugs[:count], self.system, self.by_default)
