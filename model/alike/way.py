"""The drawings that a step of the way between two drawings is chosen from."""

from dataclasses import dataclass

from model.alike.closeness import candidates
from model.alike.codes import Told, between
from model.checkpoint import Checkpoint

SPREAD = 0.6  # of the way to the nearer end, and beyond: how far apart along it the candidates of one step are
MIXED = 4  # one candidate in so many is of both subjects in proportion, the others of the nearer end's alone


@dataclass(frozen=True, slots=True)
class Way:
    """Two ends by one network: the numbers of their subjects, and their latent codes as text."""

    network: Checkpoint
    subjects: tuple[int, int]
    latents: tuple[str, str]


def step(way: Way, at: float, seed: int, *, several: bool = True) -> list[tuple[int, Told]]:
    """The candidates for the drawing at a share of the way: the seed of each, and what it is told.

    At the ends they are those of a likeness at closeness 1. Between, half of a network's subject and half of another's
    is seldom recognised as either, so few candidates are that; and codes from around the place are tried, for the
    middle of an arc may be no good. Without `several` there is one, right at the place and mixed in proportion.
    """
    if not several:
        return [(seed, between(way.network, way.subjects, way.latents, at, at))]
    some = candidates(seed, 1)
    room = SPREAD * 2 * min(at, 1 - at) / len(some)
    found = []
    for i, candidate in enumerate(some):
        place = at + (i - (len(some) - 1) / 2) * room
        mix = place if i % MIXED == 0 else float(place > 1 / 2)
        found.append((candidate.seed, between(way.network, way.subjects, way.latents, place, mix)))
    return found


def shares(steps: int) -> list[float]:
    """Where on the way so many drawings are, from 0 to 1."""
    return [step / (steps - 1) for step in range(steps)]
