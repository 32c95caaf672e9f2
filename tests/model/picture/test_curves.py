"""Smooth ink: where it goes, where it does not, and what it keeps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.picture.curves import CLOSED, Curves, Floats, smooth, straight
from model.strokes import Array

POINTS = st.lists(st.tuples(st.floats(-300, 300, width=32), st.floats(-300, 300, width=32)), min_size=1, max_size=9)
STROKES = st.lists(POINTS.map(lambda points: np.array(points, np.float32)), min_size=1, max_size=4)
PARTS = np.linspace(0, 1, 65)


def polygon(sides: int, radius: float) -> Array:
    """A closed stroke around the origin."""
    turns = np.arange(sides + 1) / sides * 2 * np.pi
    return (radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)).astype(np.float32)


def turns(curves: Curves) -> Floats:
    """Degrees by which the direction changes from each curve to the next one."""
    leave, arrive = np.diff(curves.pieces[:, :2], axis=1)[:, 0], np.diff(curves.pieces[:, 2:], axis=1)[:, 0]
    ways = [each[:, 0] + 1j * each[:, 1] for each in (leave, arrive)]
    found: Floats = np.abs(np.degrees(np.angle(ways[0][1:] / ways[1][:-1])))
    return found


@settings(max_examples=50, deadline=None)
@given(STROKES)
def test_ink_goes_through_every_point(strokes: list[Array]) -> None:
    """Smooth or straight, each stroke is one curve for each pair of its points, which joins them; a dot is one, too."""
    for trace in (smooth, straight):
        curves = trace(strokes)
        parts = np.split(curves.pieces, curves.first[1:])
        for part, stroke in zip(parts, strokes, strict=True):
            points = stroke if len(stroke) > 1 else np.repeat(stroke, 2, axis=0)
            np.testing.assert_allclose(part[:, 0], points[:-1], atol=1e-9)
            np.testing.assert_allclose(part[:, 3], points[1:], atol=1e-9)


@settings(max_examples=100, deadline=None)
@given(STROKES)
def test_bounds_just_hold_the_ink(strokes: list[Array]) -> None:
    """No point of a curve is outside its bounds, and each side of them is touched."""
    curves = smooth(strokes)
    low, high = curves.bounds()
    drawn = curves.at(PARTS).reshape(-1, 2)
    assert (drawn >= low - 1e-6).all()
    assert (drawn <= high + 1e-6).all()
    np.testing.assert_allclose([low, high], [drawn.min(0), drawn.max(0)], atol=0.1)


def test_bounds_hold_a_curve_that_leaves_upright() -> None:
    """A coordinate that does not change at the start may still turn back later."""
    piece = np.array([[(1.5, 76), (1.5, 112), (-6, 185), (-0.75, 197)], [(0, 0), (0, 0), (1, 100), (2, 0)]], float)
    for turned in (piece, piece[:, ::-1], piece[..., ::-1]):
        curves = Curves(turned, np.array([0]))
        drawn = curves.at(PARTS).reshape(-1, 2)
        np.testing.assert_allclose(curves.bounds(), [drawn.min(0), drawn.max(0)], atol=0.02)


@settings(max_examples=100, deadline=None)
@given(POINTS)
def test_ink_stays_near_its_line(points: list[tuple[float, float]]) -> None:
    """However unevenly points are spaced, a curve strays from its chord by less than half of the chord's length."""
    pieces = smooth([np.array(points, np.float32)]).pieces
    chords = pieces[:, 3] - pieces[:, 0]
    lengths = np.linalg.norm(chords, axis=1)
    off = Curves(pieces, np.array([0])).at(PARTS) - pieces[:, None, 0]
    along = np.clip(np.einsum("skd,sd->sk", off, chords) / np.maximum(lengths**2, 1e-12)[:, None], 0, 1)
    strayed = np.linalg.norm(off - along[..., None] * chords[:, None], axis=2).max(axis=1)
    assert (strayed <= lengths / 2 + 1e-6).all()


def test_a_circle_of_few_points_is_round() -> None:
    """Twelve points of a circle, or six of a small one, become a circle to within a fiftieth, its seam too."""
    for stroke in (polygon(12, 100), polygon(6, 8)):
        curves = smooth([stroke])
        radii = np.linalg.norm(curves.at(PARTS), axis=2)
        radius = np.linalg.norm(stroke[0])
        assert np.ptp(radii) / radius < 0.04
        assert turns(Curves(np.concatenate([curves.pieces, curves.pieces[:1]]), curves.first)).max() < 1e-3


def test_a_stroke_that_nearly_closes_is_round_at_its_seam() -> None:
    """Ends within a line's width of each other are one join; ends farther apart are two."""
    for gap, is_round in ((CLOSED - 0.5, True), (CLOSED + 0.5, False)):
        stroke = polygon(12, 100)
        stroke[-1, 0] += gap
        first, last = smooth([stroke]).pieces[[0, -1]]
        leave, arrive = first[1] - first[0], last[3] - last[2]
        across = leave[0] * arrive[1] - leave[1] * arrive[0]
        assert (abs(across) < 1e-6) == is_round


@pytest.mark.parametrize(("degrees", "length", "is_corner"), [(30, 90, 0), (60, 90, 1), (60, 9, 0), (90, 9, 1)])
def test_corners_are_told_by_their_angle(degrees: float, length: float, is_corner: bool) -> None:
    """A right angle is a corner, a gentle turn is none, and between them it is one of lines too long for an arc."""
    turn = np.radians(degrees)
    stroke = np.array([(-length, 0), (0, 0), (length * np.cos(turn), length * np.sin(turn))], np.float32)
    curves = smooth([stroke])
    assert turns(curves)[0] == pytest.approx(degrees if is_corner else 0, abs=1e-4)
    if is_corner:
        np.testing.assert_allclose(curves.pieces, straight([stroke]).pieces, atol=1e-9)


def test_a_square_is_square() -> None:
    """Corners and straight sides are left as they are, also where a stroke closes."""
    square = np.array([(0, 0), (100, 0), (100, 100), (0, 100), (0, 0)], np.float32)
    np.testing.assert_allclose(smooth([square]).pieces, straight([square]).pieces, atol=1e-9)


def test_points_that_are_there_twice_do_no_harm() -> None:
    """A point on top of another has no direction: the curve is finite, and stays where its points are."""
    curves = smooth([np.array([(0, 0), (0, 0), (10, 0), (10, 0), (20, 1)], np.float32)])
    assert np.isfinite(curves.pieces).all()
    assert np.abs(curves.pieces[:, :, 1]).max() <= 1
