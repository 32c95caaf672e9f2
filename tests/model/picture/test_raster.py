import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.errors import DrawingError
from model.picture.raster import MARGIN, SIZE, rasterise, rasterise_all
from model.strokes import END_ROW, from_polylines
from tests.training.round_and_square import drawings

SQUARE = np.array([[0, 0], [100, 0], [100, 100], [0, 100], [0, 0]], float)


def test_a_square_fills_the_picture_inside_the_margin() -> None:
    """Lines are bright where the box says, and nothing is drawn elsewhere."""
    picture = rasterise(from_polylines([SQUARE]))
    assert picture.shape == (SIZE, SIZE)
    assert picture.dtype == np.uint8
    edge, middle = round(MARGIN), SIZE // 2
    assert picture[middle, edge] > 100
    assert picture[edge, middle] > 100
    assert picture[-1 - edge, middle] > 100
    assert picture[middle, -1 - edge] > 100
    inside = picture[edge + 3 : -edge - 3, edge + 3 : -edge - 3]
    assert not inside.any()
    assert not picture[0].any()


def test_the_shorter_side_is_centred() -> None:
    """A long drawing keeps its proportions and lies in the middle."""
    picture = rasterise(from_polylines([SQUARE * [1, 0.2]]))
    rows = np.flatnonzero(picture.any(axis=1))
    assert rows[0] + rows[-1] == pytest.approx(SIZE - 1, abs=1)
    assert np.ptp(rows) == pytest.approx(0.2 * (SIZE - 2 * MARGIN), abs=3)


@given(st.floats(0.05, 50), st.floats(-1000, 1000), st.floats(-1000, 1000))
def test_place_and_size_leave_no_trace(scale: float, right: float, down: float) -> None:
    """The same drawing elsewhere or larger is the same picture, but for rounding."""
    lines = [SQUARE, np.array([[20.0, 30], [60, 77], [20, 80]])]
    expected = rasterise(from_polylines(lines)).astype(int)
    found = rasterise(from_polylines([line * scale + [right, down] for line in lines])).astype(int)
    assert np.abs(found - expected).mean() < 2


def test_order_and_direction_leave_little_trace() -> None:
    """Strokes drawn the other way round, and in another order, give nearly the same picture."""
    lines = [SQUARE, np.array([[20.0, 30], [60, 77], [20, 80]])]
    turned = [line[::-1] for line in reversed(lines)]
    found, expected = rasterise(from_polylines(turned)).astype(int), rasterise(from_polylines(lines)).astype(int)
    assert np.abs(found - expected).mean() < 3


def test_strokes_are_not_joined() -> None:
    """The pen leaves no line between two strokes."""
    lines = [np.array([[0.0, 0], [0, 100]]), np.array([[100.0, 0], [100, 100]])]
    assert not rasterise(from_polylines(lines))[:, 10:-10].any()


@pytest.mark.parametrize(
    "drawing",
    [from_polylines([np.array([[5.0, 5]])]), END_ROW[None], from_polylines([np.array([[5.0, 5], [5, 5], [5, 5]])])],
    ids=["one point", "end row alone", "a line of no length"],
)
def test_a_dot_is_a_dot(drawing: np.ndarray) -> None:
    """A drawing without extent is a spot in the middle."""
    picture = rasterise(drawing)
    spot = np.argwhere(picture)
    assert len(spot) > 0
    assert (np.abs(spot - (SIZE - 1) / 2) < 3).all()


def test_a_wider_line_is_wider() -> None:
    """`width` is in pixels of the picture."""
    thin, thick = (int(rasterise(from_polylines([SQUARE]), width=width).sum()) for width in (1.0, 3.0))
    assert thick / thin == pytest.approx(3, rel=0.2)


def test_lines_have_grey_edges() -> None:
    """Drawn larger and averaged down: a slanted line has more than two shades."""
    assert len(np.unique(rasterise(from_polylines([np.array([[0.0, 0], [100, 37]])])))) > 3


def test_many_are_as_one() -> None:
    """A batch holds what each drawing gives by itself; no drawings give no pictures."""
    several = drawings("round", 3)
    assert (rasterise_all(several) == np.stack([rasterise(drawing) for drawing in several])).all()
    assert rasterise_all([]).shape == (0, SIZE, SIZE)


def test_numbers_that_are_not_finite_are_refused() -> None:
    """NaN and infinity are an error, not a blank picture."""
    for bad in (np.nan, np.inf):
        with pytest.raises(DrawingError, match="finite"):
            rasterise(np.array([[bad, 0, 1, 0, 0], END_ROW], np.float32))
