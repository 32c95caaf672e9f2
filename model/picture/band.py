"""A line whose width changes on the way: its two sides, and the outline around it."""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np

from model.picture.curves import Complex, Curves, Floats, Numbers
from model.picture.spine import Spine

FLATTEST = 0.02  # radians: a turn of less needs no join
TIGHT = 0.9  # of the radius of a bend: so far its inner side lies from its middle, at most
LAST = 2**40  # behind all pieces of a side


@dataclass(frozen=True, slots=True)
class Band:
    """Pieces of a spine with their width. Where two meet at an angle there is a round join, and ends are round."""

    sides: Complex  # [2, s, 4]: cubic curves to the left and to the right of each piece, both along the stroke
    ends: Complex  # [s, 2]: where a piece begins and ends
    ways: Complex  # [s, 2]: directions there, of length 1
    radii: Floats  # [s, 2]: half the width there
    turns: Floats  # [s]: angles between a piece and the one before it in its stroke
    spine: Spine

    def moved(self, corner: Floats, scale: float = 1.0) -> Self:
        """The same at `corner + scale * band`."""
        at = complex(*corner)
        return replace(self, sides=at + scale * self.sides, ends=at + scale * self.ends, radii=scale * self.radii)

    def outline(self) -> Curves:
        """What surrounds the ink of each stroke, by the nonzero rule: there along one side, back along the other."""
        number = np.flatnonzero(self.spine.lengths() > 0)  # a dot has no sides
        sides = [
            (self.sides[0, number], number, number, 2),
            (self.sides[1, number, ::-1], number, 2 * LAST - number, 0),
        ]
        found = [*sides, *self._joins(), *self._caps()]
        pieces = np.concatenate([rows for rows, _, _, _ in found])
        stroke = self.spine.strokes()[np.concatenate([of for _, of, _, _ in found])]
        at = np.concatenate([place for _, _, place, _ in found])
        slot = np.concatenate([np.full(len(of), slot) for _, of, _, slot in found])
        order = np.lexsort((slot, at, stroke))
        pieces, stroke = pieces[order], stroke[order]
        first = np.searchsorted(stroke, np.arange(len(self.spine.first)))
        before = pieces[:-1, 3].copy()
        follows = np.ones(len(pieces), bool)
        follows[first] = False
        pieces[follows, 0] = before[follows[1:]]
        return Curves(np.ascontiguousarray(pieces).view(np.float64).reshape(-1, 4, 2), first)

    def _joins(self) -> list[tuple[Complex, Numbers, Numbers, int]]:
        """Around the outside of each corner an arc, and on its inside two lines by its point: rows, and their order."""
        found = []
        for side, mark in ((0, 1), (1, -1)):
            at = np.flatnonzero(np.abs(self.turns) > FLATTEST)
            point, radius = self.ends[at, 0], self.radii[at, 0]
            ways = (self.ways[at - 1, 1], self.ways[at, 0])
            ends = [self.sides[side, at - 1, 3], self.sides[side, at, 0]]
            if side:
                ends, ways = ends[::-1], (-ways[1], -ways[0])
            outer = mark * self.turns[at] < 0
            reach = 4 / 3 * np.tan(np.abs(self.turns[at]) / 4) * radius
            arcs = np.stack([ends[0], ends[0] + reach * ways[0], ends[1] - reach * ways[1], ends[1]], axis=1)
            place = at if not side else 2 * LAST - at
            slots = (0, 1) if not side else (1, 2)
            found.append((arcs[outer], at[outer], place[outer], slots[0]))
            inner = ~outer
            for slot, start, stop in ((slots[0], ends[0], point), (slots[1], point, ends[1])):
                found.append((_lines(start[inner], stop[inner]), at[inner], place[inner], slot))
        return found

    def _caps(self) -> list[tuple[Complex, Numbers, Numbers, int]]:
        """Half a circle at each end of a stroke: rows, and their order."""
        first = self.spine.first
        last = np.append(first[1:], len(self.ends)) - 1
        found = []
        for at, end, sides, place in ((last, 1, (0, 1), LAST), (first, 0, (1, 0), 3 * LAST)):
            near, far = (self.sides[side, at, 3 * end] for side in sides)
            reach = 4 / 3 * self.radii[at, end] * self.ways[at, end] * (1 if end else -1)
            rows = np.stack([near, near + reach, far + reach, far], axis=1)
            found.append((rows, at, np.full(len(at), place), 0))
        return found


def banded(spine: Spine, radii: Floats) -> Band:
    """A band along a spine, with half its width [s, 2] at the start and end of each piece."""
    lengths, ways, turns, bends = spine.lengths(), spine.ways(), spine.turns(), spine.bends()
    joined = np.abs(turns) <= FLATTEST
    joined[spine.first] = False
    follow = np.flatnonzero(joined)
    slopes = _slopes(radii, lengths, spine.first)
    leave = 3 * (spine.pieces[:, 1] - spine.pieces[:, 0]), 3 * (spine.pieces[:, 3] - spine.pieces[:, 2])
    speeds = np.abs(np.stack(leave, axis=1))
    sides = []
    for mark in (1, -1):
        bend = np.maximum(mark * bends, 0)
        bend[follow, 0] = bend[follow - 1, 1] = np.maximum(bend[follow, 0], bend[follow - 1, 1])
        away = np.minimum(radii, TIGHT / np.maximum(bend, 1e-9))
        ends = spine.pieces[:, [0, 3]] + mark * away * 1j * ways
        steps = speeds * (np.maximum(1 - mark * away * bends, 0) + mark * slopes * 1j) * ways / 3
        sides.append(np.stack([ends[:, 0], ends[:, 0] + steps[:, 0], ends[:, 1] - steps[:, 1], ends[:, 1]], axis=1))
    return Band(np.stack(sides), spine.pieces[:, [0, 3]], ways, radii, turns, spine)


def _slopes(radii: Floats, lengths: Floats, first: Numbers) -> Floats:
    """How fast the radius grows at the start and end of each piece [s, 2]: as a curve that swings past no value."""
    grows = (radii[:, 1] - radii[:, 0]) / np.maximum(lengths, 1e-9)
    one, two = grows[:-1], grows[1:]
    inner = np.zeros(len(one))
    np.divide(2 * one * two, one + two, out=inner, where=one * two > 0)
    found = np.stack([grows, grows], axis=1)
    found[1:, 0], found[:-1, 1] = inner, inner
    found[first, 0] = grows[first]
    last = np.append(first[1:], len(radii)) - 1
    found[last, 1] = grows[last]
    return found


def _lines(starts: Complex, ends: Complex) -> Complex:
    third = (ends - starts) / 3
    return np.stack([starts, starts + third, ends - third, ends], axis=1)
