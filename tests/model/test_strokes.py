"""Stroke-5 and polylines say the same thing."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model import strokes
from model.errors import DrawingError
from model.strokes import END_ROW, START_ROW, from_polylines, points_of, to_polylines, validate

PIXEL = st.integers(-300, 300)
DRAWING = st.lists(st.lists(st.tuples(PIXEL, PIXEL), min_size=1, max_size=8), min_size=1, max_size=6)


def test_an_example() -> None:
    """Row 0 is the move to the second point; a lift stands on the last point of a stroke; the end row is last."""
    rows = from_polylines([[(10, 20), (13, 20), (13, 24)], [(0, 0), (5, 5)]])
    assert rows.dtype == np.float32
    assert rows.tolist() == [
        [3, 0, 1, 0, 0],
        [0, 4, 0, 1, 0],
        [-13, -24, 1, 0, 0],
        [5, 5, 0, 1, 0],
        [0, 0, 0, 0, 1],
    ]


@given(DRAWING)
def test_polylines_come_back(strokes: list[list[tuple[int, int]]]) -> None:
    """Strokes to stroke-5 and back are the same strokes, moved so that the first point is the origin.

    A first stroke of one point comes back as a move of no length, for the start token holds the pen down there.
    """
    rows = validate(from_polylines(strokes))
    back = to_polylines(rows)
    if len(strokes[0]) == 1:
        strokes = [strokes[0] * 2, *strokes[1:]]
    want = [np.array(stroke) - strokes[0][0] for stroke in strokes]
    assert [line.tolist() for line in back] == [line.tolist() for line in want]
    assert points_of(rows) == sum(map(len, strokes)) - 1


@given(DRAWING)
def test_rows_come_back(strokes: list[list[tuple[int, int]]]) -> None:
    """Stroke-5 to strokes and back are the same rows, bit for bit."""
    rows = from_polylines(strokes)
    assert from_polylines(to_polylines(rows)).tobytes() == rows.tobytes()


@given(st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=2, max_size=50))
def test_fractions_keep_their_place(points: list[tuple[float, float]]) -> None:
    """Points between pixels come back within a hundredth of one, however many moves lie before them."""
    [back] = to_polylines(from_polylines([points]))
    np.testing.assert_allclose(back, np.array(points) - points[0], atol=0.01)


def test_one_point() -> None:
    """A drawing of one point is a dot: one row that moves nowhere and lifts the pen, then the end row."""
    rows = from_polylines([[(7, 7)]])
    assert rows.tolist() == [[0, 0, 0, 1, 0], [0, 0, 0, 0, 1]]
    assert [line.tolist() for line in to_polylines(rows)] == [[[0, 0], [0, 0]]]


def test_later_dots() -> None:
    """A later stroke of one point is one row, and comes back as one point."""
    rows = from_polylines([[(0, 0), (1, 0)], [(5, 5)], [(6, 6)]])
    assert rows[:, 2:].argmax(axis=1).tolist() == [1, 1, 1, 2]
    assert [line.tolist() for line in to_polylines(rows)] == [[[0, 0], [1, 0]], [[5, 5]], [[6, 6]]]


def test_empty_strokes_are_passed_over() -> None:
    """Strokes without points change nothing."""
    assert np.array_equal(from_polylines([[], [(0, 0), (1, 1)], []]), from_polylines([[(0, 0), (1, 1)]]))


def test_what_follows_the_end_does_not_count() -> None:
    """Rows after the first end row draw nothing."""
    rows = from_polylines([[(0, 0), (3, 4)]])
    padded = np.concatenate([rows, [[9, 9, 1, 0, 0]], [END_ROW]]).astype(np.float32)
    assert points_of(padded) == points_of(rows) == 1
    assert np.array_equal(to_polylines(padded), to_polylines(rows))


def test_a_drawing_cut_off_keeps_its_last_stroke() -> None:
    """Rows that have no end row, and whose pen is still down, are strokes all the same."""
    rows = from_polylines([[(0, 0), (3, 4), (5, 5)]])[:1]
    assert [line.tolist() for line in to_polylines(rows)] == [[[0, 0], [3, 4]]]
    assert points_of(rows) == 1


@pytest.mark.parametrize(
    ("strokes", "complaint"),
    [
        ([], "at least one point"),
        ([[]], "at least one point"),
        ([[], []], "at least one point"),
        ([[(0, 0), (float("nan"), 1)]], "within 1e"),
        ([[(0, 0), (1, float("inf"))]], "within 1e"),
        ([[(0, 0), (1e300, 0)]], "within 1e"),
        ([[(0, 0, 0)]], "shape"),
        ([[1, 2, 3]], "shape"),
        ([[(0, 0), (1,)]], "lists of numbers"),
        ([[("a", "b")]], "lists of numbers"),
        ([[(None, 1)]], "within 1e"),
    ],
)
def test_what_is_no_drawing_is_refused(strokes: Any, complaint: str) -> None:
    """Strokes that are not a drawing raise DrawingError, which says why."""
    with pytest.raises(DrawingError, match=complaint):
        from_polylines(strokes)


GOOD: list[Any] = [[1.0, 2, 1, 0, 0], [0, 0, 0, 0, 1]]


def test_good_rows_are_valid() -> None:
    """A drawing's own rows pass, as float32."""
    assert validate(GOOD).dtype == np.float32
    assert validate(GOOD).tolist() == GOOD


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([], "5 numbers"),
        (np.zeros((0, 5)), "the last"),
        ([[1, 2, 1, 0]], "5 numbers"),
        ([GOOD], "5 numbers"),
        ([[1, 2, 1, 0, 0]], "the last"),
        ([END_ROW], "at least one point"),
        ([END_ROW, *GOOD], "the last"),
        ([GOOD[0], [0, 1, 0, 0, 1]], "the last"),
        ([[1, 2, 1, 1, 0], END_ROW], "exactly one"),
        ([[1, 2, 0, 0, 0], END_ROW], "exactly one"),
        ([[1, 2, 2, -1, 0], END_ROW], "exactly one"),
        ([[1, 2, 0.5, 0.5, 0], END_ROW], "exactly one"),
        ([[float("nan"), 2, 1, 0, 0], END_ROW], "within 1e"),
        ([[1e300, 2, 1, 0, 0], END_ROW], "within 1e"),
        ([[1, 2, float("nan"), 0, 0], END_ROW], "within 1e"),
        ("rows", "lists of numbers"),
        ([[1, 2, 1, 0, 0], [0]], "lists of numbers"),
    ],
)
def test_broken_rows_are_refused(rows: Any, complaint: str) -> None:
    """Rows that are not a whole drawing raise DrawingError, which says why."""
    with pytest.raises(DrawingError, match=complaint):
        validate(rows)


def test_the_start_token_is_no_row() -> None:
    """The start token is a pen held down on the spot, and is not among a drawing's rows."""
    assert START_ROW.tolist() == [0, 0, 1, 0, 0]
    assert not np.array_equal(from_polylines([[(1, 1), (2, 2)]])[0], START_ROW)


def test_drawings_lie_side_by_side() -> None:
    """Of all lengths: each has its rows first, then end rows, and its length beside."""
    drawings = [strokes.from_polylines([[(0, 0)] * points]) for points in (2, 5, 3)]
    rows, lengths = strokes.side_by_side(drawings)
    assert lengths.tolist() == [2, 5, 3]
    assert rows.dtype == np.float32
    for row, drawing in zip(rows, drawings, strict=True):
        np.testing.assert_array_equal(row[: len(drawing)], drawing)
        assert (row[len(drawing) :] == strokes.END_ROW).all()
