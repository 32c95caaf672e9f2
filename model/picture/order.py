"""In which order, and which way round, a pen draws strokes so that it travels little while it is up."""

import numpy as np
from numpy.typing import NDArray

from model.picture.curves import Curves, Floats, Numbers

MOST = 600  # strokes that are ordered among each other; of more, so many at a time, as they come
PASSES = 12  # of 2-opt over so many, unless one finds nothing to gain; more are rarely needed
GAIN = 1e-9  # less is rounding

Flags = NDArray[np.bool_]


def travelled(curves: Curves) -> float:
    """How far the pen goes from the end of one stroke to the start of the next, all in all."""
    ends = _ends(curves)
    return float(_away(ends[:-1, 1], ends[1:, 0]).sum())


def ordered(curves: Curves, home: tuple[float, float]) -> Curves:
    """The strokes, some from end to start, in an order that is short for a pen that begins at `home`.

    The stroke whose end is nearest comes next, the greedy rule; then 2-opt turns parts of the way round as long as
    that makes it shorter (Croes, "A Method for Solving Traveling-Salesman Problems", 1958).
    """
    ends = _ends(curves)
    passes = PASSES * MOST // max(MOST, len(ends))
    place = np.array(home, np.float64)
    way: list[tuple[int, bool]] = []  # numbers of strokes, and whether each is drawn from its second end
    for first in range(0, len(ends), MOST):
        part = ends[first : first + MOST]
        order, flipped = _greedy(part, place)
        _improve(part, order, flipped, place, passes)
        way += zip((order + first).tolist(), flipped.tolist(), strict=True)
        place = part[order[-1], 1 - int(flipped[-1])]
    strokes = curves.strokes()
    chosen = [strokes[i][::-1, ::-1] if back else strokes[i] for i, back in way]
    return Curves(np.concatenate(chosen), np.cumsum([0, *map(len, chosen[:-1])]))


def _ends(curves: Curves) -> Floats:
    """Where each stroke begins and ends: [n, 2, 2]."""
    last = np.append(curves.first[1:], len(curves.pieces)) - 1
    return np.stack([curves.pieces[curves.first, 0], curves.pieces[last, 3]], axis=1)


def _greedy(ends: Floats, home: Floats) -> tuple[Numbers, Flags]:
    """Always the stroke whose end is nearest: numbers of strokes [n], and whether each is drawn from its second end."""
    left = ends.copy()
    order, flipped = np.zeros(len(ends), np.int64), np.zeros(len(ends), bool)
    place = home
    for step in range(len(ends)):
        which, end = divmod(int(((left - place) ** 2).sum(axis=2).argmin()), 2)
        order[step], flipped[step] = which, end == 1
        place = ends[which, 1 - end]
        left[which] = np.inf
    return order, flipped


def _improve(ends: Floats, order: Numbers, flipped: Flags, home: Floats, passes: int) -> None:
    """2-opt, in place: for each i, of all parts of the way that begin with i, turn the one round that gains most."""
    side = flipped.astype(np.int64)
    begins, leaves = ends[order, side], ends[order, 1 - side]  # [n, 2] each
    for _ in range(passes):
        better = False
        for i in range(len(order)):
            before = leaves[i - 1] if i else home
            gain = _away(before, begins[i]) - _away(before, leaves[i:])
            gain[:-1] += _away(leaves[i:-1], begins[i + 1 :]) - _away(
                begins[i], begins[i + 1 :]
            )  # the last leads nowhere
            length = int(gain.argmax()) + 1
            if gain[length - 1] <= GAIN:
                continue
            part = slice(i, i + length)
            order[part], flipped[part] = order[part][::-1].copy(), ~flipped[part][::-1]
            begins[part], leaves[part] = leaves[part][::-1].copy(), begins[part][::-1].copy()
            better = True
        if not better:
            return


def _away(a: Floats, b: Floats) -> Floats:
    """Distances of points [..., 2]."""
    found: Floats = np.sqrt(((a - b) ** 2).sum(axis=-1))
    return found
