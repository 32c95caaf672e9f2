import numpy as np

from tests.training import shapes
from tests.training.figure import tiny
from training.figure.grid import grid


def test_every_drawing_is_in_its_cell() -> None:
    """Rows and columns as given, drawings larger than a cell made smaller, labels beside their rows."""
    drawings = shapes.drawings("zigzag", 5)
    drawings[0] = drawings[0] * np.array([9, 9, 1, 1, 1], np.float32)
    figure = grid("title", "note", [("first", drawings[:3]), ("second", drawings[3:])])
    found = [np.concatenate(lines) for lines in tiny.lines(figure)]
    for points, (column, row) in zip(found, [(0, 0), (1, 0), (2, 0), (0, 1), (1, 1)], strict=True):
        assert (points > [column, row]).all()
        assert (points < [column + 1, row + 1]).all()
    assert [text.get_text() for text in figure.axes[0].texts] == ["first", "second"]
    assert figure.axes[0].get_ylim() == (2, 0)
