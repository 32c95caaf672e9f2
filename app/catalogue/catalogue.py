"""What can be drawn, by name and system; no network is loaded here."""

import logging
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from app.catalogue.names import keys_of
from app.catalogue.near import NearNames
from app.catalogue.recogniser import FOLDER
from app.catalogue.subject import StoredNetwork, Subject
from app.catalogue.trust import Trust, writable_folders
from app.errors import UnknownCategory, UnknownSystem
from model.card import LONGEST_NAME
from model.checkpoint import check_checkpoint, find_checkpoints
from model.errors import CheckpointError
from model.names import match_key

log = logging.getLogger(__name__)

SURPRISE = "surprise"  # stands for any of the categories


@dataclass(frozen=True, slots=True)
class Category:
    """What is drawn, and the subjects of the networks that draw it by the name of their system, default first."""

    slug: str
    name: str
    systems: Mapping[str, Subject]
    default: str | None  # None where only networks are left that are no default

    def subject(self, system: str | None = None) -> Subject:
        """What a system, or the default one, draws. Raises UnknownSystem."""
        chosen = self.default if system is None else system
        if chosen is None or chosen not in self.systems:
            raise UnknownSystem(self.slug, system, list(self.systems))
        return self.systems[chosen]

    def coded(self, system: str | None = None) -> Subject | None:
        """What a system draws by latent codes, or the first one that does, the default before others.

        None where it, or every one, knows none. Raises UnknownSystem.
        """
        subjects = self.systems.values() if system is None else [self.subject(system)]
        return next((subject for subject in subjects if subject.network.card.latent), None)

    @property
    def shown(self) -> Subject:
        """The subject that stands for it in a list: the default's, else the first."""
        return self.systems[self.default] if self.default else next(iter(self.systems.values()))

    @property
    def group(self) -> str:
        """The group of things that it is one of, as the first network knows that says so."""
        return next((subject.card.group for subject in self.systems.values() if subject.card.group), "")

    @property
    def names(self) -> tuple[str, ...]:
        """Its name, then the aliases that any of its networks knows it by."""
        return (self.name, *(alias for subject in self.systems.values() for alias in subject.card.aliases))


class Catalogue:
    """Categories by name; case, spaces, `-`, `_`, a leading "the" and the plural do not count.

    `refused`: folders of checkpoints that are not served, each with the reason.
    """

    def __init__(self, categories: Iterable[Category], refused: Mapping[Path, str] | None = None) -> None:
        self._by_slug = {category.slug: category for category in sorted(categories, key=lambda each: each.slug)}
        self._slugs = keys_of({slug: category.names for slug, category in self._by_slug.items()})
        self._near = NearNames(list(self._slugs))
        self.refused = dict(refused or {})

    def __len__(self) -> int:
        return len(self._by_slug)

    def categories(self) -> list[Category]:
        """All of them, by slug."""
        return list(self._by_slug.values())

    def networks(self) -> list[StoredNetwork]:
        """Every network, those that draw most categories by default first."""
        count: dict[StoredNetwork, int] = {}
        for category in self._by_slug.values():
            for system, subject in category.systems.items():
                count[subject.network] = count.get(subject.network, 0) + (system == category.default)
        return sorted(count, key=lambda network: -count[network])

    def find(self, name: str) -> Category:
        """The category of that name, or alias. Raises UnknownCategory, which carries near names."""
        slug = self._slugs.get(match_key(name)) if len(name) <= LONGEST_NAME else None
        if slug is None:
            raise UnknownCategory(name[:LONGEST_NAME], self.near(name))
        return self._by_slug[slug]

    def near(self, name: str, most: int = 3) -> list[str]:
        """Slugs of the categories whose names, or aliases, are most like a name."""
        if len(name) > LONGEST_NAME:
            return []
        keys = self._near.of(match_key(name), 4 * most)  # a category has several names
        return list(dict.fromkeys(self._slugs[key] for key in keys))[:most]

    def search(self, text: str) -> list[Category]:
        """Categories that a text may mean, likeliest first: of that name, that begin so, that hold it, near ones.

        All for no text, none for one without a letter or digit.
        """
        key = match_key(text)
        if not key:
            return [] if text.strip() else self.categories()
        known = [(other, slug) for other, slug in self._slugs.items()]
        ranked = [slug for other, slug in known if other == key]
        ranked += [slug for other, slug in known if other.startswith(key)]
        ranked += [slug for other, slug in known if key in other]
        return [self._by_slug[slug] for slug in dict.fromkeys(ranked + self.near(text))]

    def surprise(self, system: str | None = None, seed: int | None = None) -> Subject:
        """What a system, or the default one, draws of any category; the same by the same seed. Raises UnknownSystem."""
        categories = self._by_slug.values()
        drawn = [each for each in categories if (each.default if system is None else system in each.systems)]
        if not drawn:
            raise UnknownSystem(SURPRISE, system, sorted({name for each in categories for name in each.systems}))
        return (secrets.choice(drawn) if seed is None else drawn[seed % len(drawn)]).subject(system)


def read_catalogue(*roots: Path, trust: Trust | None = None) -> Catalogue:
    """Every checkpoint under `roots` that can be served; the others are logged, each by name and with the reason.

    Of two that draw the same category by the same system, the one in the earlier folder is served. The recogniser is
    none of them.
    """
    trust = trust or Trust()
    found: dict[str, dict[str, Subject]] = {}  # match key -> system -> subject
    refused: dict[Path, str] = {}
    if trust.writable == "warn":
        for root in writable_folders(roots):
            log.warning("%s can be written to by this service, and checkpoints are code: see docs/security.md", root)
    # `penguin` sorts before `penguin@...`: the default comes first
    for folder in (folder for root in roots for folder in sorted(find_checkpoints(root)) if folder.name != FOLDER):
        try:
            card = check_checkpoint(folder)
            trust.check(card.sha256, folder)
            _admit(StoredNetwork(card, folder), found)
        except CheckpointError as error:
            log.error("refused checkpoint %s: %s", folder.name, error)
            refused[folder] = str(error)
    return Catalogue((_category(systems) for systems in found.values()), refused)


def _admit(network: StoredNetwork, found: dict[str, dict[str, Subject]]) -> None:
    """Add a network's subjects to `found`; CheckpointError if its folder is not its card's, or a place is taken."""
    card, folder = network.card, network.folder.name
    if len(card.subjects) == 1 and folder not in (card.subject.slug, f"{card.subject.slug}@{card.system}"):
        raise CheckpointError(
            f"its card says {card.subject.slug!r} by {card.system!r}, so its folder must be named "
            f"{card.subject.slug!r} or '{card.subject.slug}@{card.system}'"
        )
    for subject in network.subjects():
        for other in found.get(match_key(subject.card.slug), {}).values():
            if other.card.slug != subject.card.slug:
                raise CheckpointError(f"{subject.card.slug!r} is matched like {other.card.slug!r}, which is served")
            if other.system == subject.system:
                raise CheckpointError(f"its system is served from {str(other.network.folder)!r}")
    for subject in network.subjects():
        found.setdefault(match_key(subject.card.slug), {})[subject.system] = subject


def _category(systems: Mapping[str, Subject]) -> Category:
    """The default is a network that its card says is one, else one of many subjects."""
    first = next(iter(systems.values()))
    claims = [system for system, subject in systems.items() if subject.card.default]
    claims += [system for system, subject in systems.items() if subject.is_default]
    default = claims[0] if claims else None
    ordered = dict(sorted(systems.items(), key=lambda pair: pair[0] != default))
    return Category(first.card.slug, first.card.name, ordered, default)
