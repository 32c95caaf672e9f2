"""Drawings for machines that move a pen: one layer in a short order, and as HPGL and G-code."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from model.picture.curves import Curves, Floats
from model.picture.layout import Layout
from model.picture.length import PIXELS_OF
from model.picture.look import PLAIN, Lift, Look
from model.picture.order import ordered

UNIT = PIXELS_OF["in"] / 1016  # pixels in a unit of HPGL, a fortieth of a millimetre
HUNDREDTH = PIXELS_OF["mm"] / 100  # pixels in the last digit of G-code
STRAYS = 0.02 * PIXELS_OF["mm"]  # pixels by which a line may stray from a curve: a pen is ten times as wide
FINEST = 64  # lines for a curve
PEN: dict[Lift, tuple[str, str]] = {  # what raises it, and what lowers it
    "z": ("G0 Z5", "G1 Z0"),  # an axis of its own, in millimetres
    "m3": ("M5\nG4 P0.2", "M3 S1000\nG4 P0.2"),  # a servo or a laser as a spindle; a servo takes a moment
}


def one_layer(canvas: Layout) -> Layout:
    """The same canvas with all its strokes as one drawing, in an order that is short from its low corner on."""
    starts = np.cumsum([0, *(len(curves.pieces) for curves in canvas.drawings[:-1])])
    together = Curves(
        np.concatenate([curves.pieces for curves in canvas.drawings]),
        np.concatenate([curves.first + start for curves, start in zip(canvas.drawings, starts, strict=True)]),
    )
    return replace(canvas, drawings=[ordered(together, canvas.low)])


def hpgl(canvas: Layout) -> str:
    """A canvas with sides as HPGL for one pen: millimetres are 40 units, and its lower left corner is the origin."""
    commands = ["IN", "SP1"]
    for first, *others in _lines(canvas, UNIT):
        commands += [f"PU{first[0]},{first[1]}", "PD" + ",".join(f"{x},{y}" for x, y in others)]
    return ";".join([*commands, "PU0,0", "SP0"]) + ";\n"


def gcode(canvas: Layout, look: Look = PLAIN, *, title: str = "") -> str:
    """The same as G-code in millimetres, for the machine that the look has, with the title as a comment."""
    up, down = PEN[look.lift]
    said = "".join(letter if letter.isascii() and letter.isprintable() else "?" for letter in title)
    lines = [f"; {said}"] if said else []
    lines += ["G21", "G90", f"G1 F{look.feed:g}", up]
    for first, *others in _lines(canvas, HUNDREDTH):
        lines += [f"G0 {_at(first)}", down, *(f"G1 {_at(place)}" for place in others), up]
    return "\n".join([*lines, "G0 X0 Y0", "M2"]) + "\n"


def _at(place: list[int]) -> str:
    return f"X{place[0] / 100:g} Y{place[1] / 100:g}"


def _lines(canvas: Layout, grid: float) -> Iterator[list[list[int]]]:
    """The strokes as lines between two places or more on a grid of so many pixels, y up, in a short order."""
    assert canvas.sides, "machines draw in millimetres"
    scale = canvas.sides[0] / canvas.size[0]
    [curves] = one_layer(canvas).drawings
    corner = np.array([-canvas.low[0] * scale, -canvas.low[1] * scale])
    for pieces in curves.moved(corner, scale).strokes():
        points = _flat(pieces)
        points[:, 1] = canvas.sides[1] - points[:, 1]
        places = np.rint(points / grid).astype(np.int64)
        moved = np.append(True, (np.diff(places, axis=0) != 0).any(axis=1))
        found: list[list[int]] = places[moved].tolist()
        yield found if len(found) > 1 else found * 2


def _flat(pieces: Floats) -> Floats:
    """Points [m, 2] of the curves [s, 4, 2] of a stroke, so near that lines between them do not stray."""
    bends = np.sqrt((np.diff(pieces, n=2, axis=1) ** 2).sum(axis=2)).max(axis=1)
    counts = np.clip(np.ceil(np.sqrt(bends * 6 / 8 / STRAYS)), 1, FINEST).astype(int)
    course = Curves(pieces, np.zeros(1, np.int64))
    fine = course.at(np.linspace(0, 1, FINEST + 1))
    parts = [fine[i, np.rint(np.linspace(0, FINEST, n + 1)[1:]).astype(int)] for i, n in enumerate(counts)]
    return np.concatenate([pieces[:1, 0], *parts])
