"""What a line of changing width lies along: the curves of strokes in short pieces."""

from dataclasses import dataclass

import numpy as np

from model.picture.curves import Complex, Curves, Floats, Numbers

STEP = 30.0  # pixels of a curve with one change of width
MOST_STEPS = 16  # of a curve
TINY = 1e-9  # pixels


@dataclass(frozen=True, slots=True)
class Spine:
    """Pieces of curves, so short that a width changes evenly along each; a lone point is one of no length."""

    pieces: Complex  # [s, 4]: cubic curves, x + iy
    first: Numbers  # [n]: which piece each stroke begins with
    curve: Numbers  # [s]: which of the curves a piece is part of

    def strokes(self) -> Numbers:
        """Which stroke each piece [s] is part of."""
        return _strokes(self.first, len(self.pieces))

    def lengths(self) -> Floats:
        """Of each piece [s] in pixels, about."""
        a, b, c, d = self.pieces.T
        found: Floats = (np.abs(d - a) + np.abs(b - a) + np.abs(c - b) + np.abs(d - c)) / 2
        return found

    def ways(self) -> Complex:
        """Directions [s, 2], of length 1, in which each piece begins and ends."""
        a, b, c, d = self.pieces.T
        return np.stack([_way(b - a, c - a, d - a), _way(d - c, d - b, d - a)], axis=1)

    def turns(self) -> Floats:
        """Angles [s] between each piece and the one before it in its stroke; 0 for the first."""
        ways = self.ways()
        found = np.zeros(len(ways))
        found[1:] = np.angle(ways[1:, 0] * ways[:-1, 1].conj())
        found[self.first] = 0
        return found

    def bends(self) -> Floats:
        """Curvatures [s, 2] with which each piece begins and ends, one over a radius in pixels."""
        a, b, c, d = self.pieces.T
        return np.stack([_curvature(b - a, c - b), _curvature(d - c, c - b, back=True)], axis=1)


def split(curves: Curves) -> Spine:
    """Curves in pieces of STEP pixels or less, and the ends of strokes in two or more, for a width that changes."""
    whole = curves.pieces.reshape(-1, 8).view(np.complex128)
    steps = np.diff(whole, axis=1)
    lengths = np.abs(steps).sum(axis=1)
    stroke = _strokes(curves.first, len(whole))
    counts = np.clip(np.ceil(lengths / STEP), 1, MOST_STEPS).astype(np.int64)
    last = np.append(curves.first[1:], len(whole)) - 1
    counts[curves.first] = np.maximum(counts[curves.first], 2)
    counts[last] = np.maximum(counts[last], np.where(last == curves.first, 4, 2))
    long = np.bincount(stroke, lengths) > TINY
    counts[lengths <= TINY] = 0  # a curve that goes nowhere has no direction
    counts[curves.first[~long]] = 1  # but a dot is one
    curve = np.repeat(np.arange(len(whole)), counts)
    part = np.arange(len(curve)) - np.repeat(counts.cumsum() - counts, counts)
    first = np.searchsorted(curve, curves.first)
    return Spine(_parts(whole[curve], part / counts[curve], (part + 1) / counts[curve]), first, curve)


def _strokes(first: Numbers, count: int) -> Numbers:
    """Which stroke each of so many curves is part of, where each stroke begins with the `first`."""
    begins = np.zeros(count, np.int64)
    begins[first] = 1
    return begins.cumsum() - 1


def _parts(pieces: Complex, start: Floats, stop: Floats) -> Complex:
    """Of each curve [s, 4] the part between two places of its course, 0 to 1."""
    ends = []
    for t in (start, stop):
        a, b, c, d = pieces.T
        ab, bc, cd = a + t * (b - a), b + t * (c - b), c + t * (d - c)
        abc, bcd = ab + t * (bc - ab), bc + t * (cd - bc)
        ends.append((abc + t * (bcd - abc), (bcd - abc) * (stop - start)))
    (begin, leave), (end, arrive) = ends
    return np.stack([begin, begin + leave, end - arrive, end], axis=1)


def _way(*tries: Complex) -> Complex:
    """The first of them that has a direction, of length 1; to the right if none has."""
    found = np.ones(len(tries[0]), np.complex128)
    for way in reversed(tries):
        length = np.abs(way)
        np.divide(way, length, out=found, where=length > TINY)
    return found


def _curvature(near: Complex, far: Complex, *, back: bool = False) -> Floats:
    """At the end of a cubic curve whose first two steps from there are `near` and `far`."""
    crossed = (near.conj() * far).imag * (-1 if back else 1)
    found = np.zeros(len(near))
    np.divide(2 / 3 * crossed, np.abs(near) ** 3, out=found, where=np.abs(near) > TINY)
    return found
