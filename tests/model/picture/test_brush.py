"""What a brush draws."""

import io
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from model.picture.brush import DOT, WIDE, brushed
from model.picture.curves import Complex, Curves, smooth
from model.picture.layout import alone
from model.picture.look import Look
from model.picture.pixels import gif, png
from model.picture.svg import sheet_svg, to_svg
from model.strokes import from_polylines, to_polylines
from tests.model.picture.reading import curves_of

BRUSH = Look(pen="brush")
FACE = from_polylines([[(0, 0), (60, 5), (90, 50), (40, 90), (0, 60), (0, 0)], [(40, 40)], [(20, 60), (50, 70)]])
places = st.integers(-60, 60)
drawings = st.lists(st.lists(st.tuples(places, places), min_size=1, max_size=9), min_size=1, max_size=3)


def flat(pieces: list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]) -> list[Complex]:
    """Of each subpath its points, x + iy, near each other, round to where it begins."""
    courses = [Curves(part, np.array([0])).at(np.linspace(0, 1, 9)).reshape(-1, 2) for part in pieces]
    return [np.append(course, course[:1], axis=0).view(np.complex128)[:, 0] for course in courses]


def winding(outlines: list[Complex], place: complex) -> int:
    """How often outlines go round a place."""
    turns = [float(np.angle((each[1:] - place) / (each[:-1] - place)).sum()) for each in outlines]
    return round(sum(turns) / (2 * np.pi))


@settings(max_examples=40, deadline=None)
@given(drawings, st.booleans())
def test_ink_lies_along_every_line_and_in_the_view_box(strokes: list[list[tuple[int, int]]], curved: bool) -> None:
    """However a stroke turns or crosses itself, the fill rule leaves no hole along it; the box holds its width."""
    stroke5 = from_polylines(strokes)
    look = Look(pen="brush", smooth=curved, stroke_width=6)
    text = to_svg(stroke5, look)
    [path] = curves_of(text)
    x, y, width, height = map(float, ElementTree.fromstring(text).attrib["viewBox"].split())
    low, high = Curves(np.concatenate(path), np.array([0])).bounds()
    assert (low >= np.array([x, y]) + look.padding - 0.2).all()
    assert (high <= np.array([x + width, y + height]) - look.padding + 0.2).all()
    outlines = flat(path)
    canvas = alone(stroke5, look)
    tips = [complex(*stroke[end]) for stroke in to_polylines(stroke5) for end in (0, -1)]
    for place in canvas.drawings[0].at(np.array([0.29, 0.73])).view(np.complex128).ravel() + 0.0123 + 0.0071j:
        assert (
            min(abs(place - tip) for tip in tips) < 3 or winding(outlines, place) != 0
        )  # tips are as fine as the grid


def widths(points: list[tuple[float, float]]) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Of a stroke that is WIDE where the hand stands, from end to end."""
    line = np.array(points, np.float32)
    return 2 * brushed(smooth([line]), WIDE).radii[:, 0]


def test_lines_are_wide_where_points_are_close() -> None:
    """A long straight line is thin in the middle; a tight arc and a corner are wide, a stroke's ends are thin."""
    arc = [(60 * np.cos(a), 60 * np.sin(a)) for a in np.linspace(0, 3, 16)]
    line, tight, corner = widths([(0, 0), (240, 0)]), widths(arc), widths([(0, 0), (120, 0), (120, 120)])
    assert tight[len(tight) // 2] > 2 * line[len(line) // 2]
    assert corner[len(corner) // 2] > 1.5 * line[len(line) // 2]
    assert corner[0] < corner[1]
    assert max(tight.max(), corner.max()) <= WIDE


def test_a_dot_is_a_round_dot() -> None:
    """Of a width of its own, in SVG and in pixels."""
    [[outline]] = curves_of(to_svg(from_polylines([[(5, 5)]]), Look(pen="brush", stroke_width=20)))
    radius = np.linalg.norm(
        Curves(outline, np.array([0])).at(np.linspace(0, 1, 9)) - outline[:, [0, 3]].mean((0, 1)), axis=2
    )
    assert radius == pytest.approx(20 * DOT / 2, rel=0.05)


def test_a_picture_is_filled_and_no_line_is_drawn() -> None:
    """With the look's colour and opacity, for a viewer's preference too; each drawing of a sheet is one path."""
    look = Look(pen="brush", color="#00779980", dark=("#f0ede6", "#1b1d20"))
    root = ElementTree.fromstring(sheet_svg([FACE, FACE], look, columns=2))
    [group] = root.iter("{http://www.w3.org/2000/svg}g")
    assert (group.get("fill"), group.get("fill-opacity"), group.get("stroke")) == ("currentColor", ".502", None)
    assert len(group) == 2


def test_pixels_show_what_the_outline_holds() -> None:
    """The inside of the SVG's outlines is as much as the ink of the PNG, and a GIF ends with it."""
    look = Look(pen="brush", size=512)
    picture = np.asarray(Image.open(io.BytesIO(png(alone(FACE, look), look))).convert("L")) / 255
    canvas = alone(FACE, look)
    scale = 512 / max(canvas.size)
    outlines = [course for path in curves_of(to_svg(FACE, BRUSH)) for course in flat(path)]
    area = abs(sum((course[:-1].conj() * course[1:]).imag.sum() / 2 for course in outlines)) * scale**2
    assert (1 - picture).sum() == pytest.approx(area, rel=0.04)
    animated = Image.open(io.BytesIO(gif(canvas, look)))
    round_ones = Image.open(io.BytesIO(gif(alone(FACE), Look(size=512))))
    assert animated.n_frames == round_ones.n_frames  # type: ignore[attr-defined] # GIFs have it
    animated.seek(animated.n_frames - 1)  # type: ignore[attr-defined]
    assert (np.abs(np.asarray(animated.convert("L")) / 255 - picture) < 0.01).all()
