"""What a pen leaves on a canvas of pixels at once: where a stroke begins, and each of its curves."""

from dataclasses import dataclass

import numpy as np

from model.picture.band import Band
from model.picture.curves import Curves, Floats

ROUND = 0.1  # pixels by which a curve may be drawn too straight
FINEST = 32  # lines for a curve
SIDE = 8  # lines for a side of a piece of a brush's line

Numbers = list[float]  # x, y, x, y and so on
Disc = tuple[float, float, float]  # x, y and radius


@dataclass(frozen=True, slots=True)
class Mark:
    """In spots, of which the middle of the first is 0."""

    line: Numbers  # of the width of all lines; of no more than a point, no line
    areas: list[Numbers]
    discs: list[Disc]  # round ends and joins


def line_marks(curves: Curves, line: float, fine: int) -> list[Mark]:
    """Of lines so many spots wide, of which a pixel has `fine` each way; curves that go nowhere leave none."""
    pieces = curves.pieces
    bends = np.abs(np.diff(pieces, n=2, axis=1)).max(axis=(1, 2))
    counts = np.sqrt(bends * 6 / 8 / (ROUND * fine))  # lines that stray from the curve by no more than ROUND
    strides = (FINEST / 2 ** np.ceil(np.log2(np.clip(counts, 1, FINEST)))).astype(int).tolist()
    points = curves.at(np.linspace(0, 1, FINEST + 1)).tolist()
    begins = set(curves.first.tolist())
    marks: list[Mark] = []
    for i, (course, stride) in enumerate(zip(points, strides, strict=True)):
        if i in begins:
            marks.append(Mark([], [], [(x, y, line / 2) for x, y in course[:1]]))
        if course[0] != course[-1]:
            part = course[::stride]
            numbers = [number for point in part for number in point]
            marks.append(Mark(numbers, [], [(x, y, line / 2) for x, y in part[1:]]))
    return marks


def band_marks(band: Band) -> list[Mark]:
    """Of a brush: each curve as areas between its sides, so short that none overlaps itself."""
    left, right = (_course(side) for side in band.sides)
    across = left - right
    wide = np.linalg.norm(across, axis=2, keepdims=True)
    inwards = across / np.maximum(wide, 1e-9) * np.minimum(wide, 1) / 2  # Pillow draws the spots at the edge, too
    left, right = left - inwards, right + inwards
    areas = np.concatenate([left[:, :-1], left[:, 1:], right[:, 1:], right[:, :-1]], axis=2).tolist()
    ends = np.stack([band.ends.real, band.ends.imag, band.radii], axis=2).tolist()
    begins, curves = set(band.spine.first.tolist()), band.spine.curve.tolist()
    dots = (band.ends[:, 0] == band.ends[:, 1]).tolist()
    marks: list[Mark] = []
    for i, (area, (start, stop)) in enumerate(zip(areas, ends, strict=True)):
        if i in begins:
            marks.append(Mark([], [], [tuple(start)]))
        if dots[i]:
            continue
        if i in begins or curves[i] != curves[i - 1]:
            marks.append(Mark([], [], []))
        marks[-1].areas.extend(area)
        marks[-1].discs.append(tuple(stop))
    return marks


def _course(pieces: Floats) -> Floats:
    curves = Curves(np.ascontiguousarray(pieces).view(np.float64).reshape(-1, 4, 2), np.zeros(1, np.int64))
    return curves.at(np.linspace(0, 1, SIDE + 1))
