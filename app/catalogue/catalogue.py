"""The checkpoints that can be served, by category and system; none of them is loaded here."""

import difflib
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.catalogue.trust import Trust, writable_folders
from app.errors import UnknownCategory, UnknownSystem
from model.card import Card
from model.checkpoint import check_checkpoint, find_checkpoints
from model.errors import CheckpointError
from model.names import match_key

log = logging.getLogger(__name__)

LONGEST_NAME = 100  # similarity is not sought for names longer than this: it takes quadratic time


@dataclass(frozen=True, slots=True)
class CatalogueEntry:
    """A checkpoint on disk whose files are those that its card describes."""

    card: Card
    folder: Path


@dataclass(frozen=True, slots=True)
class Category:
    """What is drawn, and the checkpoints that draw it by the name of their system, default first."""

    slug: str
    name: str
    systems: Mapping[str, CatalogueEntry]
    default: str | None  # None where the folder `<slug>` is missing or refused and only `<slug>@<system>` is left

    def entry(self, system: str | None = None) -> CatalogueEntry:
        """The checkpoint of a system, or of the default one. Raises UnknownSystem."""
        chosen = self.default if system is None else system
        if chosen is None or chosen not in self.systems:
            raise UnknownSystem(self.slug, system, list(self.systems))
        return self.systems[chosen]


class Catalogue:
    """Categories by name; case, spaces, `-`, `_` and a leading "the" do not count.

    `refused`: folders of checkpoints that are not served, each with the reason.
    """

    def __init__(self, categories: Iterable[Category], refused: Mapping[Path, str] | None = None) -> None:
        self._by_key = {match_key(category.slug): category for category in categories}
        self.refused = dict(refused or {})

    def __len__(self) -> int:
        return len(self._by_key)

    def categories(self) -> list[Category]:
        """All of them, by slug."""
        return sorted(self._by_key.values(), key=lambda category: category.slug)

    def entries(self) -> list[CatalogueEntry]:
        """The default of every category, then the others."""
        systems = [
            (name != category.default, entry)
            for category in self.categories()
            for name, entry in category.systems.items()
        ]
        return [entry for _, entry in sorted(systems, key=lambda pair: pair[0])]

    def find(self, name: str) -> Category:
        """The category of that name. Raises UnknownCategory, which carries near names."""
        key = match_key(name)
        if key in self._by_key:
            return self._by_key[key]
        near = difflib.get_close_matches(key, self._by_key, n=3) if len(name) <= LONGEST_NAME else []
        raise UnknownCategory(name[:LONGEST_NAME], [self._by_key[other].slug for other in near])


def read_catalogue(*roots: Path, trust: Trust | None = None) -> Catalogue:
    """Every checkpoint under `roots` that can be served; the others are logged, each by name and with the reason.

    Of two that draw the same category by the same system, the one in the earlier folder is served.
    """
    trust = trust or Trust()
    found: dict[str, dict[str, CatalogueEntry]] = {}  # match key -> system -> checkpoint
    refused: dict[Path, str] = {}
    if trust.writable == "warn":
        for root in writable_folders(roots):
            log.warning("%s can be written to by this service, and checkpoints are code: see docs/security.md", root)
    # `penguin` sorts before `penguin@...`: the default comes first
    for folder in (folder for root in roots for folder in sorted(find_checkpoints(root))):
        try:
            card = check_checkpoint(folder)
            trust.check(card, folder)
            _admit(CatalogueEntry(card, folder), found)
        except CheckpointError as error:
            log.error("refused checkpoint %s: %s", folder.name, error)
            refused[folder] = str(error)
    return Catalogue((_category(systems) for systems in found.values()), refused)


def _admit(entry: CatalogueEntry, found: dict[str, dict[str, CatalogueEntry]]) -> None:
    """Add a checkpoint to `found`; CheckpointError if its folder is not its card's, or its place is taken."""
    card, folder = entry.card, entry.folder.name
    if folder not in (card.slug, f"{card.slug}@{card.system}"):
        raise CheckpointError(
            f"its card says {card.slug!r} by {card.system!r}, so its folder must be named "
            f"{card.slug!r} or '{card.slug}@{card.system}'"
        )
    systems = found.setdefault(match_key(card.slug), {})
    for other in systems.values():
        if other.card.slug != card.slug:
            raise CheckpointError(f"its name is matched like that of {other.folder.name!r}, which is served")
    if card.system in systems:
        raise CheckpointError(f"its system is served from {str(systems[card.system].folder)!r}")
    systems[card.system] = entry


def _category(systems: Mapping[str, CatalogueEntry]) -> Category:
    first = next(iter(systems.values()))
    defaults = [system for system, entry in systems.items() if entry.folder.name == entry.card.slug]
    return Category(first.card.slug, first.card.category, systems, defaults[0] if defaults else None)
