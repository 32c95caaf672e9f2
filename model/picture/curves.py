"""Smooth ink: the points of a stroke, those of a simplified polyline, joined by cubic Bézier curves.

Between its corners a stroke is a centripetal Catmull-Rom spline: it passes through every point, in the direction that
halves the turn there, and neither loops nor overshoots however unevenly the points are spaced. Towards a corner or an
end it is a parabola. Sources: Catmull and Rom, "A Class of Local Interpolating Splines" (1974); Yuksel, Schaefer and
Keyser, "Parameterization and Applications of Catmull-Rom Curves" (2011), which has the Bézier points.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from model.strokes import Array

Floats = NDArray[np.float64]
Complex = NDArray[np.complex128]
Numbers = NDArray[np.int64]

SHARP = np.radians(80.0)  # a turn of more is a corner
BLUNT = np.radians(45.0)  # and so is one of more where an arc between the points would leave its chord by more than
STRAYED = 2.0  # pixels: as far as a simplified line strays from what was drawn
CLOSED = 3.0  # pixels, a line's width, between the ends of a stroke that goes round


@dataclass(frozen=True, slots=True)
class Curves:
    """Cubic Bézier curves of some strokes; a lone point is a curve of no length."""

    pieces: Floats  # [s, 4, 2]: of each curve its start, two control points and its end
    first: Numbers  # [n]: which curve each stroke begins with

    def moved(self, corner: Floats, scale: float = 1.0) -> Self:
        """The same at `corner + scale * curves`."""
        return replace(self, pieces=corner + scale * self.pieces)

    def strokes(self) -> list[Floats]:
        """The curves [k, 4, 2] of each stroke."""
        return np.split(self.pieces, self.first[1:])

    def at(self, parts: Floats) -> Floats:
        """Points [s, k, 2] of each curve at `parts` [k] of its course, 0 to 1."""
        t = parts[:, None]
        weights = np.concatenate([(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t**2 * (1 - t), t**3], axis=1)
        points: Floats = weights @ self.pieces
        return points

    def bounds(self) -> tuple[Floats, Floats]:
        """Low and high corner [2] of the box that just holds them, their bulges too."""
        a, b, c, d = np.ascontiguousarray(self.pieces.transpose(1, 2, 0))  # [2, s] each
        t = _turns(a, b, c, d)
        turned = a + t * (3 * (b - a) + t * (3 * (a - 2 * b + c) + t * (d - a + 3 * (b - c))))
        return (
            np.minimum(np.minimum(a, d).min(axis=1), turned.min(axis=(0, 2))),
            np.maximum(np.maximum(a, d).max(axis=1), turned.max(axis=(0, 2))),
        )


def straight(strokes: Sequence[Array]) -> Curves:
    """The lines between the points [m, 2] of each stroke."""
    starts, ends, first, _ = _chords(strokes)
    third = (ends - starts) / 3
    return _curves(starts, third, third, ends, first)


def smooth(strokes: Sequence[Array]) -> Curves:
    """The curves through the points [m, 2] of each stroke."""
    starts, ends, first, after = _chords(strokes)
    chords = ends - starts
    lengths = np.abs(chords)
    ways = chords / np.maximum(lengths, 1e-9)
    before, after = _joins(ways, lengths, after)
    knots = np.sqrt(lengths)  # the centripetal ones: as far apart as the roots of the distances
    one, two = knots[before], knots[after]
    bisectors = (ways[before] + ways[after]) * (one * two / (3 * (one + two)))
    leave, arrive = chords / 3, chords / 3  # from the ends to the control points
    leave[after], arrive[before] = bisectors * two, bisectors * one
    begins, stops = np.ones(len(chords), bool), np.ones(len(chords), bool)  # at a corner or an end
    begins[after], stops[before] = False, False
    begin, stop = begins & ~stops, stops & ~begins
    leave[begin] = 2 * leave[begin] - arrive[begin]
    arrive[stop] = 2 * arrive[stop] - leave[stop]
    return _curves(starts, leave, arrive, ends, first)


def _curves(starts: Complex, leave: Complex, arrive: Complex, ends: Complex, first: Numbers) -> Curves:
    pieces = np.empty((len(starts), 4), np.complex128)
    pieces[:, 0], pieces[:, 1], pieces[:, 2], pieces[:, 3] = starts, starts + leave, ends - arrive, ends
    return Curves(pieces.view(np.float64).reshape(-1, 4, 2), first)


def _chords(strokes: Sequence[Array]) -> tuple[Complex, Complex, Numbers, Numbers]:
    """Starts and ends [s] of all chords, x + iy, the first chord of each stroke, and the one after each; -1: none."""
    lengths = np.array([len(stroke) for stroke in strokes])
    points = np.concatenate(strokes).astype(np.float64).view(np.complex128)[:, 0]
    if lengths.min() < 2:
        points = np.repeat(points, np.repeat(np.where(lengths == 1, 2, 1), lengths))
        lengths = np.maximum(lengths, 2)
    stop = lengths.cumsum()
    inner = np.ones(len(points), bool)
    inner[stop - 1] = False
    begins = np.flatnonzero(inner)
    last = stop - np.arange(2, len(lengths) + 2)
    first = last - lengths + 2
    after = np.arange(1, len(begins) + 1)
    closed = (np.abs(points[stop - 1] - points[stop - lengths]) <= CLOSED) & (lengths > 3)
    after[last] = np.where(closed, first, -1)
    return points[begins], points[begins + 1], first, after


def _joins(ways: Complex, lengths: Floats, after: Numbers) -> tuple[Numbers, Numbers]:
    """Pairs of chords that meet, the one and the one after it, where there is no corner."""
    before = np.flatnonzero(after >= 0)
    after = after[before]
    turns = np.abs(np.angle(ways[after] * ways[before].conj()))
    shorter = np.minimum(lengths[before], lengths[after])
    arc = (turns <= SHARP) & (shorter * np.tan(turns / 4) <= 2 * STRAYED)
    bent = (arc | (turns <= BLUNT)) & (shorter > 0)
    return before[bent], after[bent]


def _turns(a: Floats, b: Floats, c: Floats, d: Floats) -> Floats:
    """The two parts of the course of cubic Bézier curves [2, s] where they may turn back, or else their starts."""
    cubic, square, linear = d - a + 3 * (b - c), a - 2 * b + c, b - a  # of the slope, in powers of the part
    root = np.sqrt(np.maximum(square * square - cubic * linear, 0))
    far = -square - np.copysign(root, square)  # never a difference of like numbers
    parts = np.zeros((2, *a.shape))
    np.divide(far, cubic, out=parts[0], where=cubic != 0)
    np.divide(linear, far, out=parts[1], where=far != 0)
    return np.minimum(np.maximum(parts, 0), 1)
