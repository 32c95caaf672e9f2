"""Ten drawings that are in no data set: strokes as a person would write them down, in pixels, y down."""

import math

from model.strokes import Array, from_polylines

Stroke = list[tuple[float, float]]


def arc(x: float, y: float, wide: float, high: float | None = None, begin: float = 0, end: float = 360) -> Stroke:
    """Part of an ellipse about (x, y), by degrees from the right, clockwise on the screen."""
    steps = 24
    angles = [math.radians(begin + (end - begin) * i / steps) for i in range(steps + 1)]
    return [(x + wide * math.cos(angle), y + (high or wide) * math.sin(angle)) for angle in angles]


def ray(turn: float) -> Stroke:
    """A short line away from the middle of the sun, by degrees."""
    angle = math.radians(turn)
    return [(125 + far * math.cos(angle), 125 + far * math.sin(angle)) for far in (60, 100)]


STROKES: dict[str, list[Stroke]] = {
    "house": [
        [(40, 200), (40, 100), (200, 100), (200, 200), (40, 200)],
        [(30, 105), (120, 30), (212, 104)],
        [(100, 200), (100, 150), (135, 150), (135, 200)],
        [(55, 120), (85, 120), (85, 145), (55, 145), (55, 120)],
    ],
    "smiley face": [arc(120, 120, 90), arc(90, 95, 8, 12), arc(150, 95, 8, 12), arc(120, 130, 50, 40, 20, 160)],
    "cat": [
        arc(120, 130, 70, 62),
        [(64, 95), (55, 35), (98, 72)],
        [(142, 72), (186, 34), (177, 95)],
        arc(95, 120, 7),
        arc(146, 120, 7),
        [(112, 140), (128, 140), (120, 150), (112, 140)],
        [(100, 145), (40, 135)],
        [(100, 152), (42, 160)],
        [(140, 145), (202, 136)],
        [(140, 152), (200, 161)],
    ],
    "sun": [arc(125, 125, 45), *(ray(36 * i) for i in range(10))],
    "star": [[(60, 220), (120, 20), (185, 220), (20, 90), (225, 95), (60, 220)]],
    "ladder": [
        [(80, 20), (70, 230)],
        [(150, 22), (160, 230)],
        *([(79.0 - i, 50.0 + 35 * i), (152.0 + i, 51.0 + 35 * i)] for i in range(5)),
    ],
    "envelope": [[(20, 60), (230, 60), (230, 190), (20, 190), (20, 60)], [(20, 60), (125, 135), (230, 60)]],
    "fish": [
        arc(110, 120, 80, 45, 20, 340),
        [(184, 105), (235, 70), (228, 170), (184, 135)],
        arc(60, 110, 5),
        arc(75, 120, 25, 40, 300, 420),
    ],
    "umbrella": [
        arc(125, 120, 100, 85, 180, 360),
        [(25, 120), (45, 105), (65, 120), (95, 104), (125, 120), (155, 104), (185, 120), (205, 105), (225, 120)],
        [(125, 120), (125, 210), (120, 225), (105, 228), (97, 215)],
    ],
    "snowman": [
        arc(120, 60, 32),
        arc(120, 125, 42),
        arc(120, 205, 52),
        arc(110, 52, 3),
        arc(130, 52, 3),
        [(120, 60), (145, 65), (121, 67)],
        arc(120, 115, 3),
        arc(120, 135, 3),
        [(80, 115), (35, 85)],
        [(160, 115), (205, 88)],
    ],
}


def drawings() -> dict[str, Array]:
    """Each drawing's rows [T, 5] by what it shows."""
    return {name: from_polylines(strokes) for name, strokes in STROKES.items()}
