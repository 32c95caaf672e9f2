import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.errors import Invalid
from app.formats.given import Fitted, Given
from model.strokes import END_ROW, to_polylines

ROOF = [[[0, 0], [40, -60], [80, 0]], [[30, -20], [50, -20]]]


def fit(most: int = 100, **fields: Any) -> Fitted:
    fitted = Given(**fields).fit(most)
    assert fitted is not None
    return fitted


def box(rows: np.ndarray) -> float:
    return float(np.ptp(np.concatenate(to_polylines(np.concatenate([rows, END_ROW[None]]))), axis=0).max())


def test_lines_are_fitted_to_the_box() -> None:
    """With a size the whole would fill the box; without one the given part fills nine tenths; both in any scale."""
    for unit in (1e-4, 1.0, 1e3):
        strokes = (np.array(ROOF[0]) * unit).tolist()
        assert box(fit(strokes=[strokes]).fitted) == pytest.approx(0.9 * 255, rel=1e-5)
        assert box(fit(strokes=[strokes], size=160 * unit).fitted) == pytest.approx(255 / 2, rel=1e-5)


def test_what_is_given_stays_as_it_is() -> None:
    """The finished drawing begins with the given lines, number for number, and goes on from their last point."""
    fitted = fit(strokes=ROOF, size=100)
    rows, lines = fitted.whole(np.array([[25.5, 51, 1, 0, 0], [0, 25.5, 0, 1, 0], [2.55, 0, 0, 1, 0], [0, 0, 0, 0, 1]]))
    assert json.loads(json.dumps(lines)) == [*ROOF, [[60, 0], [60, 10]], [[61, 10]]]
    np.testing.assert_array_equal(rows[:3], [[40, -60, 1, 0, 0], [40, 60, 0, 1, 0], [-50, -20, 1, 0, 0]])
    np.testing.assert_allclose(rows[len(fitted.rows) :, :2], [[10, 20], [0, 10], [1, 0], [0, 0]], rtol=1e-6)


def test_rows_are_taken_as_they_are() -> None:
    """At the networks' own size and not simplified, given rows reach the network bit for bit; an end row is dropped."""
    rows = [[0.1, -12.3, 1, 0, 0], [0.2, -12.3, 1, 0, 0], [0.3, 7.5, 0, 1, 0], [100, 3, 1, 0, 0]]
    for end in ([], [[0, 0, 0, 0, 1]]):
        fitted = fit(stroke5=rows + end, size=255, simplify=False)
        np.testing.assert_array_equal(fitted.fitted, np.array(rows, np.float32))
        np.testing.assert_array_equal(fitted.rows, np.array(rows, np.float32))


def test_a_line_with_the_pen_down_is_gone_on_with() -> None:
    """Where the last given row has the pen down, the first added point is on the same line; simplified or not."""
    rows = [[10, 0, 1, 0, 0], [10, 0, 1, 0, 0]]
    for simplify in (True, False):
        fitted = fit(stroke5=rows, size=255, simplify=simplify)
        assert fitted.fitted[-1, 2] == 1
        _, lines = fitted.whole(np.array([[5, 5, 0, 1, 0], [0, 0, 0, 0, 1]], np.float32))
        assert lines == [[(0, 0), (10, 0), (20, 0), (25, 5)]]


def test_points_that_a_line_does_not_need_are_not_read() -> None:
    """A thousand points of a mouse on a straight line are two to the network, and stay a thousand in the answer."""
    line = np.linspace([0, 0], [500, 300], 1000).tolist()
    fitted = fit(strokes=[line])
    assert (len(fitted.fitted), len(fitted.lines[0])) == (1, 1000)
    with pytest.raises(Invalid, match="Has too many points: drawings here have 100 at most"):
        fit(strokes=[line], simplify=False)


def test_a_dot_is_a_beginning() -> None:
    """One point has no size, and can be gone on from."""
    fitted = fit(strokes=[[[7, 7]]])
    assert fitted.fitted.tolist() == [[0, 0, 0, 1, 0]]
    _, lines = fitted.whole(np.array([[5, 5, 0, 1, 0], [0, 0, 0, 0, 1]], np.float32))
    assert lines == [[(7, 7)], [(12, 12)]]


def test_nothing_given_is_nothing() -> None:
    """Without strokes there is nothing to fit."""
    assert Given().fit(100) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"strokes": []},
        {"strokes": [[]]},
        {"stroke5": []},
        {"stroke5": [[0, 0, 0, 0, 1]]},
        {"stroke5": [[1, 1, 1, 1, 0]]},
        {"stroke5": [[1, 1, 0, 0, 0]]},
        {"stroke5": [[1, 1, 0, 0, 1], [1, 1, 1, 0, 0]]},
        {"strokes": [[[i, i % 2 * 90] for i in range(200)]]},
        {"strokes": ROOF, "size": 1e-6},
        {"strokes": ROOF, "size": 1e-6, "simplify": False},
        {"strokes": [[[0, 0]] * 6000] * 2},
    ],
)
def test_what_is_no_beginning_is_refused(fields: dict[str, Any]) -> None:
    """Empty, broken, or too much: the error names the field."""
    with pytest.raises(Invalid) as caught:
        fit(**fields)
    assert caught.value.problems[0][0] == next(iter(fields))


@pytest.mark.parametrize(
    "fields",
    [
        {"strokes": [[[0, float("nan")]]]},
        {"strokes": [[[0, 1e7]]]},
        {"strokes": [[[0, 1, 2]]]},
        {"strokes": [["a"]]},
        {"stroke5": [[0, 0, 2, 0, 0]]},
        {"stroke5": [[0, 0, 1]]},
        {"strokes": ROOF, "size": 0},
        {"strokes": ROOF, "size": 1e-40},
        {"strokes": ROOF, "size": float("inf")},
        {"strokes": ROOF, "stroke5": [[1, 1, 1, 0, 0]]},
    ],
)
def test_what_is_no_drawing_is_refused(fields: dict[str, Any]) -> None:
    """Numbers that are not finite, other shapes, both forms at once."""
    with pytest.raises(ValidationError):
        Given(**fields)


COORDINATES = st.floats(-999_999, 999_999)


@given(st.lists(st.lists(st.tuples(COORDINATES, COORDINATES), min_size=1, max_size=6), min_size=1, max_size=4))
def test_whatever_is_given_comes_back(strokes: list[list[tuple[float, float]]]) -> None:
    """Any lines: what the network reads is finite, and the answer begins with them, number for number."""
    fitted = fit(strokes=strokes)
    assert np.isfinite(fitted.fitted).all()
    _, lines = fitted.whole(END_ROW[None])
    assert lines == strokes
