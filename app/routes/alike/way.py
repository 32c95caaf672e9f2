"""The way between two drawings: from what a client names to what the engine draws of it."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.catalogue.subject import Subject
from app.engine.request import DrawRequest
from app.errors import Invalid, UnknownCategory
from app.formats.between import End
from app.formats.given import Given
from app.formats.query import Wish
from app.formats.render import RequestedDrawings
from app.formats.seed import SeedValue, any_seed
from app.routes.alike.chosen import (
    COMPARED,
    READ,
    TOLD,
    Original,
    Turn,
    check_encoder,
    choose,
    fit_whole,
    own,
    read,
    whole,
)
from app.routes.order import coded_subject, requests, told_by
from app.routes.service import Service
from model.alike.closeness import MOST
from model.alike.codes import Told
from model.alike.way import Way, shares, step
from model.card import LONGEST_NAME
from model.checkpoint import Checkpoint
from model.strokes import Array


@dataclass(frozen=True, slots=True)
class Ends:
    """Both ends of a way, by one network. `rows`: of those that a client gave, else None."""

    network: Checkpoint
    subjects: tuple[Subject, Subject]
    named: tuple[End, End]
    rows: tuple[Array | None, Array | None]

    @property
    def are_drawings(self) -> bool:
        """Whether both are drawings, not codes alone."""
        return all(end.latent is None for end in self.named)

    @property
    def drawn(self) -> int:
        """How many drawings each step of the way is chosen from."""
        return MOST if self.are_drawings else 1

    def drawings(self, steps: int) -> int:
        """How many are drawn for a way of so many steps; an end that is one of ours is, too."""
        return steps * self.drawn + sum(end.like is not None for end in self.named)

    def cost(self, steps: int) -> int:
        """How long it takes to read both ends and to choose the steps, in the unit of `app.formats.render`."""
        return 2 * READ + steps * self.drawn * (2 * TOLD + COMPARED)


def end_of(category: str, seed: SeedValue | None, latent: str | None) -> End:
    """One of our own drawings, of any seed unless one is named, or a latent code.

    Raises UnknownCategory for a name that is longer than any.
    """
    if len(category) > LONGEST_NAME:
        raise UnknownCategory(category[:LONGEST_NAME], [])
    if latent is not None:
        return End(category=category, latent=latent)
    return End(category=category, like=any_seed() if seed is None else seed)


async def find_ends(service: Service, first: End, second: End, wish: Wish) -> Ends:
    """What the ends are, and the network that draws between them. Raises Invalid, or as finding a category does."""
    subjects = await _pair(service, (first.category, second.category), wish)
    network = await service.library.network(subjects[0])
    check_encoder(network, subjects[0])
    for name, end, subject in zip(("from", "to"), (first, second), subjects, strict=True):
        if end.latent is not None:
            await told_by(network, subject, f"{name}_latent", end.latent)
    rows = [await _given(service, subject, end) for subject, end in zip(subjects, (first, second), strict=True)]
    return Ends(network, subjects, (first, second), (rows[0], rows[1]))


async def _given(service: Service, subject: Subject, end: Given) -> Array | None:
    """The rows of a client's drawing; None where none is given."""
    if end.strokes is None and end.stroke5 is None:
        return None
    return whole(await fit_whole(service, subject, end))


async def _pair(service: Service, categories: tuple[str, str], wish: Wish) -> tuple[Subject, Subject]:
    """Two categories as the first network that knows latent codes and draws both has them."""
    first, second = [await coded_subject(service, category, wish.system, wish.seed_number) for category in categories]
    catalogue = await service.library.catalogue()
    ones, others = [catalogue.find(subject.card.slug).systems for subject in (first, second)]
    for system, one in ones.items():
        other = others.get(system)
        if one.network.card.latent and other and other.network is one.network and wish.system in (None, system):
            return one, other
    names = f"{first.card.name!r} and {second.card.name!r}"
    raise Invalid([("category", f"No network that knows latent codes draws both {names}, so nothing is between them")])


async def walk(turn: Turn, ends: Ends, wish: Wish, *, steps: int, seed: int) -> RequestedDrawings:
    """The drawings of the way, both ends among them. Raises as drawing does.

    Where both ends are drawings, each step is the nearest of several to both, in proportion; the ends are then their
    likenesses at closeness 1. A latent code is no picture, so on a way from or to one nothing is chosen.
    """
    first, second = (
        requests(ends.network, each, wish, max_points=turn.service.settings.max_points)[0] for each in ends.subjects
    )
    originals = await asyncio.gather(_read(turn, ends, 0, first, wish), _read(turn, ends, 1, second, wish))
    latents = originals[0].latent, originals[1].latent
    way = Way(ends.network, (first.subject.number, second.subject.number), latents)
    places, pictures = shares(steps), [each.stroke5 for each in originals if each.stroke5 is not None]
    choices = await turn.lane.run(
        lambda: [_candidates(first, second, at, step(way, at, seed, several=ends.are_drawings)) for at in places]
    )
    return await choose(turn, choices, pictures, [(1 - at, at) for at in places])


async def _read(turn: Turn, ends: Ends, which: int, by: DrawRequest, wish: Wish) -> Original:
    """An end with its latent code; no more than the code where that is what was given."""
    end, rows = ends.named[which], ends.rows[which]
    if end.latent is not None:
        return Original(None, end.latent)
    if rows is None:
        assert end.like is not None
        rows = await own(turn, by.subject.card.slug, wish.system, end.like)
    return await read(turn, by, rows)


def _candidates(
    first: DrawRequest, second: DrawRequest, at: float, some: Sequence[tuple[int, Told]]
) -> list[DrawRequest]:
    """Those for one drawing of the way, of the nearer end's subject as far as that is told."""
    nearer = first if at <= 1 / 2 else second
    temp_xy, temp_p = (
        (1 - at) * one + at * other for one, other in ((first.temp_xy, second.temp_xy), (first.temp_p, second.temp_p))
    )
    return [replace(nearer.of_seed(seed), told=code, temp_xy=temp_xy, temp_p=temp_p) for seed, code in some]
