"""Whether a network draws or copies: how near its drawings are to the nearest drawing that it learnt from.

Nearness is the cosine of blurred pictures (`model.picture.overlap`). It means something only beside that of drawings
that were held out, and that of training drawings to each other.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from model.picture.overlap import Pictures, blurred
from model.strokes import Array

MOST = 500  # drawings that are looked at of each kind; they are held against all training drawings
SHOWN = (0.1, 0.5, 0.9, 0.99)


@dataclass(frozen=True, slots=True)
class Nearness:
    """Quantiles over some drawings of how near the nearest training drawing is, in 0..1."""

    low: float  # 10 %
    median: float
    high: float  # 90 %
    highest: float  # 99 %


@dataclass(frozen=True, slots=True)
class Novelty:
    """How near to training drawings are: what was drawn, what was held out (None: nothing was), they themselves."""

    drawn: Nearness
    held_out: Nearness | None
    training: Nearness


def novelty(drawn: Sequence[Array], held_out: Sequence[Array], training: Sequence[Array]) -> Novelty | None:
    """Of drawings [T, 5] of one category; None where there are no two training drawings to hold them against."""
    if len(training) < 2:
        return None
    known = blurred(training)
    some = _spread(len(training))
    themselves = known[some] @ known.T
    themselves[np.arange(len(some)), some] = -1  # a drawing is not its own neighbour; a twin is
    return Novelty(
        drawn=_quantiles(nearest(blurred(_some(drawn)), known)),
        held_out=_quantiles(nearest(blurred(_some(held_out)), known)) if held_out else None,
        training=_quantiles(themselves.max(axis=1)),
    )


def nearest(pictures: Pictures, known: Pictures) -> NDArray[np.float32]:
    """The largest cosine of each picture [n, pixels] with known ones [m, pixels]: [n]."""
    found: NDArray[np.float32] = (pictures @ known.T).max(axis=1)
    return found


def _spread(count: int) -> NDArray[np.int64]:
    """Numbers of at most `MOST` of so many things, evenly spread."""
    return np.unique(np.linspace(0, count - 1, min(MOST, count)).astype(np.int64))


def _some(drawings: Sequence[Array]) -> list[Array]:
    return [drawings[i] for i in _spread(len(drawings)).tolist()]


def _quantiles(values: NDArray[np.float32]) -> Nearness:
    return Nearness(*(round(float(value), 4) for value in np.quantile(values, SHOWN)))
