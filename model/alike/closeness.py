"""What closeness means: from how many drawings a likeness is chosen, and how many of those know the original's code.

The middle of the way from a latent code to none is no half likeness: networks draw badly by a code that is half as long
as any they learnt, or half another's. So each candidate either knows the code or knows nothing, and the one is kept
whose picture covers the original's best. `docs/alike.md` has the figures.
"""

from dataclasses import dataclass

from model.recogniser.candidates import candidates as seeds_of

MOST = 8  # candidates: twice as many are nearer by a hundredth, and take twice as long


@dataclass(frozen=True, slots=True)
class Candidate:
    """One of the drawings that a likeness is chosen from: its seed, and whether it is told the original's code."""

    seed: int
    told: bool


def candidates(seed: int, closeness: float) -> list[Candidate]:
    """Those of the likeness of a seed: at closeness 0 the drawing of that seed alone, at 1 `MOST` that are all told."""
    assert 0 <= closeness <= 1
    count = max(1, int(MOST * closeness + 0.5))
    told = int(count * closeness + 0.5)
    return [Candidate(each, number < told) for number, each in enumerate(seeds_of(seed, count))]
