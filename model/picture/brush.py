"""A brush pen: lines wide where the hand was slow and thin where it was fast.

The points of a drawing are those of a simplified polyline: far apart where the hand moved fast and straight, close
together where it turned. So the distance between them stands for the speed. The width follows it with a lag, as the
hairs of a brush give way slowly; a stroke swells where it begins and runs out where it ends.
"""

import numpy as np

from model.picture.band import FLATTEST, Band, banded
from model.picture.curves import Curves, Floats
from model.picture.spine import Spine, split

WIDE, THIN = 2.0, 0.5  # of the stroke width: where the hand stands, and where it is as fast as it can be
DOT = 1.3  # of the stroke width
FAST = 42.0  # pixels between points at which the brush is down to 1/e of the way from thin to wide
CORNER = 0.9  # of that way: where the hand turns round
LAG = 11.0  # pixels along which the width follows the speed
RUN_IN, RUN_OUT = 10.0, 26.0  # pixels along which a stroke swells and runs out
PART = 0.4  # of a short stroke in which it does so
BEGIN, END = 0.5, 0.12  # of the width there
STUB = 5.0  # pixels: so short a stroke hardly runs out


def brushed(curves: Curves, line: float) -> Band:
    """The ink along curves, in pixels of a drawing, of a brush whose widest line is `line` pixels wide."""
    spine = split(curves)
    lengths = spine.lengths()
    widths = THIN + (WIDE - THIN) * _pressure(spine, lengths)
    runs = [_run(stroke) for stroke in np.split(lengths, spine.first[1:])]
    at = np.arange(len(lengths)) + spine.strokes()  # the knot before each piece
    radii = widths * np.concatenate(runs) * (line / 2 / WIDE)
    return banded(spine, np.stack([radii[at], radii[at + 1]], axis=1))


def _pressure(spine: Spine, lengths: Floats) -> Floats:
    """How slow the hand is at each knot, where a piece begins or a stroke ends: 0 to 1, smoothed along the strokes."""
    slow = np.exp(-np.bincount(spine.curve, lengths)[spine.curve] / FAST)
    corners = np.abs(spine.turns()) > FLATTEST
    found = []
    for parts, steps, turned in zip(
        *(np.split(each, spine.first[1:]) for each in (slow, lengths, corners)), strict=True
    ):
        knots = np.concatenate([parts[:1], (parts[1:] + parts[:-1]) / 2, parts[-1:]])
        knots[:-1][turned] = np.maximum(knots[:-1][turned], CORNER)
        keeps = np.exp(-steps / LAG).tolist()
        onwards = _followed(knots.tolist(), keeps)
        found.append(_followed(onwards[::-1], keeps[::-1])[::-1])
    return np.concatenate(found)


def _followed(values: list[float], keeps: list[float]) -> list[float]:
    """Values with a lag: of what was before, so much is kept at each."""
    found = values[:1]
    for value, kept in zip(values[1:], keeps, strict=True):
        found.append(kept * found[-1] + (1 - kept) * value)
    return found


def _run(steps: Floats) -> Floats:
    """What the ends of a stroke of pieces so long leave of its width at each knot."""
    way = np.concatenate([[0.0], np.cumsum(steps)])
    whole = way[-1]
    if whole == 0:
        return np.full(len(way), DOT / WIDE)
    stub = float(np.exp(-whole / STUB))
    found = np.ones(len(way))
    for distance, run, least in ((way, RUN_IN, BEGIN), (whole - way, RUN_OUT, END)):
        left = least + (1 - least) * stub
        found *= left + (1 - left) * np.sin(np.pi / 2 * np.minimum(distance / min(run, PART * whole), 1))
    return found
