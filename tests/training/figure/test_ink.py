import numpy as np

from model.strokes import from_polylines, to_polylines
from tests.training import shapes
from tests.training.figure import tiny
from training.figure import style
from training.figure.ink import canvas, extent, ink, jumps

DRAWING = shapes.drawings("zigzag", 1)[0]


def test_what_is_drawn_is_the_drawing() -> None:
    """Each stroke is a line through the very points that the rows say."""
    figure = style.new_figure(2, 2)
    ink(figure.add_axes((0, 0, 1, 1)), DRAWING)
    [drawn] = tiny.lines(figure)
    for line, expected in zip(drawn, to_polylines(DRAWING), strict=True):
        np.testing.assert_array_equal(line, expected)


def test_a_drawing_can_be_put_elsewhere() -> None:
    """An affine map moves and scales every point."""
    figure = style.new_figure(2, 2)
    ink(figure.add_axes((0, 0, 1, 1)), DRAWING, to=np.array([[0.5, 0, 3], [0, 0.5, 4]], np.float32))
    [drawn] = tiny.lines(figure)
    np.testing.assert_allclose(drawn[0], to_polylines(DRAWING)[0] / 2 + [3, 4], atol=1e-4)


def test_a_dot_can_be_seen() -> None:
    """A stroke of one point leaves a mark as wide as the line."""
    figure = style.new_figure(1, 1)
    axes = figure.add_axes((0, 0, 1, 1))
    dot = from_polylines([np.zeros((2, 2)), np.array([[50.0, 50.0]])])
    canvas(axes, np.zeros(2), np.full(2, 100.0))
    ink(axes, dot, width=8)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3].sum(axis=2)  # type: ignore[attr-defined] # Agg's
    assert (pixels[45:55, 45:55] < 300).sum() > 40


def test_jumps_join_the_strokes() -> None:
    """From where the pen lifted to where it came down."""
    figure = style.new_figure(1, 1)
    jumps(figure.add_axes((0, 0, 1, 1)), DRAWING)
    first, second = to_polylines(DRAWING)
    [[jump]] = tiny.lines(figure)
    np.testing.assert_allclose(jump, [first[-1], second[0]])


def test_y_runs_down_and_nothing_is_squeezed() -> None:
    """A pixel is as wide as it is high, and the box is inside."""
    axes = style.new_figure(2, 1).add_axes((0, 0, 1, 1))
    low, high = extent([DRAWING])
    canvas(axes, low, high)
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    assert axes.get_aspect() == 1
    assert left < low[0] <= high[0] < right
    assert top < low[1] <= high[1] < bottom
