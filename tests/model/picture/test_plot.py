import re
from collections.abc import Callable

import numpy as np
import pytest

from model.picture.curves import smooth, straight
from model.picture.layout import Layout
from model.picture.length import PIXELS_OF
from model.picture.look import Look
from model.picture.plot import gcode, hpgl, one_layer
from model.strokes import Array

MM = PIXELS_OF["mm"]
NEAR, FAR, DOT = [(10.0, 0.0), (20.0, 0.0)], [(80.0, 40.0), (60.0, 40.0)], [(30.0, 10.0)]


def canvas(*strokes: list[tuple[float, float]], bent: bool = False) -> Layout:
    """A canvas of 100 by 50 that is 200 by 100 millimetres, with each stroke a drawing."""
    made = [(smooth if bent else straight)([np.array(stroke, np.float32)]) for stroke in strokes]
    return Layout((0.0, 0.0), (100.0, 50.0), 1.0, made, (200 * MM, 100 * MM))


def lines_of_hpgl(text: str) -> list[Array]:
    """What a plotter draws by it, in millimetres: the points of each line, as the commands PU and PD have them."""
    lines: list[list[tuple[int, int]]] = []
    place = (0, 0)
    for command in text.strip().rstrip(";").split(";"):
        numbers = list(map(int, command[2:].split(","))) if command[:2] in ("PU", "PD") else []
        places = list(zip(numbers[::2], numbers[1::2], strict=True))
        if command.startswith("PD"):
            lines.append([place, *places])
        place = places[-1] if places else place
    return [np.array(line, np.float32) / np.float32(40) for line in lines]


def lines_of_gcode(text: str) -> list[Array]:
    """The same of G-code with a Z axis."""
    lines: list[list[tuple[float, float]]] = []
    place, down = (0.0, 0.0), False
    for row in text.splitlines():
        if found := re.fullmatch(r"G[01] X(\S+) Y(\S+)", row):
            place = (float(found[1]), float(found[2]))
            if down:
                lines[-1].append(place)
        if row in ("G1 Z0", "G0 Z5"):
            down = row == "G1 Z0"
            lines += [[place]] if down else []
    return [np.array(line, np.float32) for line in lines]


@pytest.mark.parametrize(("written", "read"), [(hpgl, lines_of_hpgl), (gcode, lines_of_gcode)])
def test_a_machine_draws_in_millimetres(written: Callable[[Layout], str], read: Callable[[str], list[Array]]) -> None:
    """From the lower left corner up, a stroke a line, in a short order; a dot lowers the pen."""
    found = read(written(canvas(FAR, DOT, NEAR)))
    assert [line.tolist() for line in found] == [
        [[20, 100], [40, 100]],
        [[60, 80], [60, 80]],
        [[120, 20], [160, 20]],
    ]


def test_hpgl_begins_and_ends_as_plotters_want_it() -> None:
    """With its reset and its one pen, which is put away."""
    text = hpgl(canvas(NEAR))
    assert text == "IN;SP1;PU800,4000;PD1600,4000;PU0,0;SP0;\n"


def test_gcode_says_its_units_and_moves_the_pen_as_asked() -> None:
    """By the Z axis, or by the spindle's commands; the pen is up before it moves and at the end."""
    assert gcode(canvas(NEAR), Look(feed=900)).splitlines() == [
        *("G21", "G90", "G1 F900", "G0 Z5", "G0 X20 Y100", "G1 Z0", "G1 X40 Y100", "G0 Z5", "G0 X0 Y0", "M2")
    ]
    servo = gcode(canvas(NEAR), Look(lift="m3"))
    assert "Z" not in servo
    assert re.findall("M[35]", servo) == ["M5", "M3", "M5"]


def test_a_title_cannot_become_a_command() -> None:
    """It is one comment of plain letters."""
    first, second, *_ = gcode(canvas(NEAR), title="a (cat)\nG0 X9 猫").splitlines()
    assert (first, second) == ("; a (cat)?G0 X9 ?", "G21")


def test_curves_are_lines_that_do_not_stray() -> None:
    """The points of a stroke lie on it, and there are more where it bends."""
    bent = [(0.0, 0.0), (30.0, 20.0), (60.0, 25.0), (90.0, 10.0)]
    [line] = lines_of_hpgl(hpgl(canvas(bent, bent=True)))
    assert 10 < len(line) < 100
    x = np.linspace(0, 1, 500)
    course = smooth([np.array(bent, np.float32)]).at(x).reshape(-1, 2) * 2
    course[:, 1] = 100 - course[:, 1]
    starts, ways = line[:-1, None], np.diff(line, axis=0)[:, None]
    part = np.clip(((course - starts) * ways).sum(axis=2) / np.maximum((ways**2).sum(axis=2), 1e-9), 0, 1)
    away = np.sqrt(((course - starts - part[..., None] * ways) ** 2).sum(axis=2)).min(axis=0)
    assert away.max() < 0.05


def test_a_sheet_is_one_layer() -> None:
    """Its drawings become one, on the same canvas."""
    layer = one_layer(canvas(FAR, DOT, NEAR))
    [curves] = layer.drawings
    assert (layer.size, len(curves.first)) == ((100, 50), 3)
    assert curves.pieces[0, 0].tolist() == [10, 0]
