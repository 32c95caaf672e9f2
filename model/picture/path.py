"""Path data of SVG in few bytes: relative moves in units of a fine grid, by the simplest curves that will do."""

import numpy as np

from model.picture.curves import Curves, Floats, Numbers
from model.picture.length import decimal

GRID = (
    4  # units of path data in a pixel of a drawing, of whose 255 a quarter cannot be seen: Quick, Draw! has whole ones
)
UNSEEN = 1 / GRID  # pixels that a curve may stray from what it stands for, for the same reason
BENT = 36 / 3**0.5 * UNSEEN  # third difference of a cubic that strays so far from its nearest parabola

LINE, PARABOLA, CUBIC, MOVE = range(4)
LETTERS = "lqcm"
COUNTS = np.array([2, 4, 6, 2])  # numbers of each command


def path_data(curves: Curves) -> str:
    """Path data in units of 1 / GRID, with a subpath for each stroke.

    A stroke of no length stays a line of no length, which round ends make a dot.
    """
    poles, kinds = _simplest(curves.pieces)
    units = np.rint(curves.pieces * GRID)
    moves = units[:, 1:] - units[:, :1]
    simple, lines = kinds != CUBIC, kinds == LINE
    moves[simple, 1] = moves[simple, 2]  # as parabolas
    moves[simple, 0] = np.rint(poles[simple] * GRID) - units[simple, 0]
    moves[lines, 0] = moves[lines, 2]
    first, strokes = curves.first, len(curves.first)
    at = first + np.arange(strokes)  # the rows that go to where a stroke begins
    rows, all_kinds = np.empty((len(moves) + strokes, 3, 2), np.int64), np.full(len(moves) + strokes, MOVE)
    is_curve = np.ones(len(rows), bool)
    is_curve[at] = False
    rows[is_curve], all_kinds[is_curve] = moves, kinds
    rows[at, 0] = units[first, 0]
    rows[at[1:], 0] -= units[first[1:] - 1, 3].astype(np.int64)
    return _text(rows.reshape(-1, 6), all_kinds)


def _simplest(pieces: Floats) -> tuple[Floats, Numbers]:
    """The middle points [s, 2] of the parabolas nearest to curves [s, 4, 2], and the simplest commands that will do."""
    a, b, c, d = pieces.reshape(-1, 8).view(np.complex128).T
    ends, controls = a + d, 3 * (b + c)
    bent = np.abs(3 * (b - c) + d - a) > BENT
    straight = np.abs(controls - 3 * ends) <= 8 * UNSEEN  # a parabola is half as far from its chord as its middle point
    poles = ((controls - ends) / 4).view(np.float64).reshape(-1, 2)
    return poles, np.where(bent, CUBIC, np.where(straight, LINE, PARABOLA))


def _text(rows: Numbers, kinds: Numbers) -> str:
    """Commands with rows [n, 6] of numbers, of which each takes as many as it has; no letter that can be left out."""
    counts = COUNTS[kinds]
    texts = list(map(str, rows[np.arange(6) < counts[:, None]].tolist()))
    at, before = 0, -1
    for kind, count in zip(kinds.tolist(), counts.tolist(), strict=True):
        if (kind != before or kind == MOVE) and not (kind == LINE and before == MOVE):  # what follows a move is a line
            texts[at] = LETTERS[kind] + texts[at]
        at, before = at + count, kind
    text = " ".join(texts)  # begins with `m`, whose first pair is where the drawing begins
    for mark in "-lqcm":
        text = text.replace(f" {mark}", mark)
    return text


def short(value: float, decimals: int = 1) -> str:
    """A number of so many decimals at most, in as few characters as SVG reads: without a zero before the point."""
    text = decimal(value, decimals)
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
    return f"{sign}{digits.lstrip('0')}" if digits.strip("0") else "0"
