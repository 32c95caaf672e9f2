"""Where ink lies, whatever it is drawn with."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from model.picture.layout import CELL, alone, sheet, square
from model.picture.look import Look
from model.strokes import Array, from_polylines

POINTS = st.lists(st.tuples(st.floats(-900, 900), st.floats(-900, 900)), min_size=1, max_size=9)
DRAWINGS = st.builds(from_polylines, st.lists(POINTS, min_size=1, max_size=3))


@settings(deadline=None)
@given(DRAWINGS, st.floats(0, 9), st.floats(0, 9))
def test_a_canvas_fits_its_drawing(drawing: Array, width: float, padding: float) -> None:
    """All ink is on the canvas with the padding around it, and to its own scale."""
    layout = alone(drawing, Look(stroke_width=width, padding=padding))
    [placed] = layout.drawings
    assert layout.line == width
    low, high = placed.bounds()
    margin = width / 2 + padding
    assert (layout.low <= low - margin + 1e-6).all()
    assert (np.array(layout.low) + layout.size >= high + margin - 1e-6).all()
    np.testing.assert_allclose(low - margin, layout.low, atol=0.101)
    np.testing.assert_allclose(high + margin - layout.low, layout.size, atol=0.201)


@settings(deadline=None)
@given(st.lists(DRAWINGS, min_size=1, max_size=5), st.integers(1, 4), st.floats(0, 90), st.floats(0, 500))
def test_each_drawing_stays_in_its_cell(drawings: list[Array], columns: int, width: float, padding: float) -> None:
    """Ink and padding of the i-th drawing are inside the i-th cell, row by row; nothing is enlarged."""
    layout = sheet(drawings, Look(stroke_width=width, padding=padding), columns=columns)
    cell = CELL + 2 * padding
    assert layout.size == (columns * cell, -(-len(drawings) // columns) * cell)
    for i, placed in enumerate(layout.drawings):
        points = placed.at(np.linspace(0, 1, 9))
        corner = cell * np.array([i % columns, i // columns])
        margin = width / 2 + padding - 0.11  # corners are rounded to tenths
        assert (points >= corner + margin).all()
        assert (points <= corner + cell - margin).all()
        assert np.ptp(points, axis=(0, 1)).max() <= np.ptp(alone(drawings[i]).drawings[0].bounds(), axis=0).max() + 1e-6


@pytest.mark.parametrize(("count", "columns"), [(1, 1), (2, 2), (4, 2), (5, 3), (16, 4), (17, 5)])
def test_sheets_are_about_square(count: int, columns: int) -> None:
    """As many columns as rows, or one more."""
    assert square(count) == columns


def test_what_cannot_be_is_refused() -> None:
    """No column, no length, no room."""
    drawing = from_polylines([[(0, 0), (1, 1)]])
    with pytest.raises(ValueError, match="columns"):
        sheet([drawing], columns=0)
    with pytest.raises(ValueError, match="padding"):
        alone(drawing, Look(padding=-1))
    with pytest.raises(ValueError, match="stroke_width"):
        sheet([drawing], Look(stroke_width=CELL), columns=1)


def test_a_gap_is_between_cells_and_not_around_them() -> None:
    """Cells move apart by it, and the sheet grows by one fewer than it has cells in a row."""
    drawing = from_polylines([[(0, 0), (9, 9)]])
    near, far = sheet([drawing] * 3, columns=2), sheet([drawing] * 3, Look(gap=10), columns=2)
    assert far.size == (near.size[0] + 10, near.size[1] + 10)
    moves = [
        after.pieces[0, 0] - before.pieces[0, 0] for before, after in zip(near.drawings, far.drawings, strict=True)
    ]
    np.testing.assert_allclose(moves, [(0, 0), (10, 0), (0, 10)])
