"""A category's picture in small: SVG of short numbers and thick ink, and the address that it is kept under."""

import hashlib

import numpy as np

from app.catalogue.subject import Subject
from model.simplify import SIDE, Points, fit, simplify
from model.strokes import Array, to_polylines

BOX = 100  # side of the view box
INK = 3.2  # width of a line: two pixels where the picture is 64 pixels wide
MARGIN = 4  # between the drawing and the edge of the view box; half a line lies in it
MOST = 1300  # bytes of path data, so that a thumbnail is smaller than 1.5 kB
EPSILONS = (2.0, 4.0, 8.0, 16.0)  # pixels of the 0..255 box: the first of those tolerances that makes it small enough
DIGITS = 8  # of the hash in the address

HEAD = (
    f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {BOX} {BOX}" fill="none" stroke="#000" '
    f'stroke-width="{INK}" stroke-linecap="round" stroke-linejoin="round"><path d="'
)


def thumbnail_version(subject: Subject, chosen_by: str) -> str:
    """Digits that change when the thumbnail may: with the network, the seed, or the recommended temperatures.

    `chosen_by`: the hash of the recogniser that chooses it, with which they change too; empty: nothing does.
    """
    card = subject.card
    drawn_by = (subject.network.card.sha256, subject.number, card.seed, card.temp_xy, card.temp_p, chosen_by)
    return hashlib.sha256(repr(drawn_by).encode()).hexdigest()[:DIGITS]


def thumbnail_svg(stroke5: Array) -> bytes:
    """Stroke-5 rows [T, 5] in the middle of a square. If it would be too large, details are left out, then strokes."""
    lines, _ = fit([stroke.astype(np.float64) for stroke in to_polylines(stroke5)] or [np.zeros((1, 2))])
    scale = (BOX - 2 * MARGIN) / SIDE
    corner = BOX / 2 - scale * np.concatenate(lines).max(axis=0) / 2  # `fit` puts their low corner at 0, 0
    paths: list[str] = []
    for epsilon in EPSILONS:
        paths = [_path(np.rint(corner + scale * simplify(line, epsilon)).astype(int)) for line in lines]
        if sum(map(len, paths)) <= MOST:
            break
    while sum(map(len, paths)) > MOST:
        paths.pop()
    return f'{HEAD}{"".join(paths)}"/></svg>'.encode()


def _path(points: Points) -> str:
    """Path data through whole points [m, 2] as moves; those that go nowhere are left out, but a lone dot stays."""
    moves = [move for move in np.diff(points, axis=0).tolist() if move != [0, 0]] or [[0, 0]]
    numbers = [str(number) for move in moves for number in move]
    text = "".join(number if number[0] == "-" or not i else f" {number}" for i, number in enumerate(numbers))
    x, y = points[0].tolist()
    return f"M{x} {y}l{text}"
