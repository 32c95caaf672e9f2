"""What drawings are like as drawings: whether they end, and how long, how broken and how large they are."""

from collections.abc import Sequence
from dataclasses import dataclass

from model.strokes import Array
from training.data.sketch import Sketch
from training.data.survey import Survey, quantiles
from training.errors import DataError

SHOWN = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True)
class Spread:
    """The middle of some numbers, and what nine in ten of them lie between."""

    low: float
    median: float
    high: float


@dataclass(frozen=True, slots=True)
class Traits:
    """Of `n` drawings: the share that ended by themselves, and points, strokes and the longer side in pixels."""

    n: int
    ended: float
    points: Spread  # the first one included
    strokes: Spread
    side: Spread


def traits(drawings: Sequence[Array], *, ended: int | None = None) -> Traits:
    """Traits of drawings [T, 5], of which `ended` (default: all) ended by themselves. Raises DataError for none."""
    if not len(drawings):
        raise DataError("no drawings to describe")
    survey = Survey()
    for stroke5 in drawings:
        survey.add(Sketch("", stroke5))
    points, strokes, side = (
        Spread(*(round(value, 2) for value in quantiles(values, SHOWN)))
        for values in (survey.points, survey.strokes, survey.sides)
    )
    return Traits(len(drawings), 1.0 if ended is None else ended / len(drawings), points, strokes, side)
