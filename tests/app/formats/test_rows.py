import json

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from app.formats.rows import rows_json


def rows_of(moves: np.ndarray, pens: list[int]) -> np.ndarray:
    return np.concatenate([moves, np.eye(3, dtype=np.float32)[pens]], axis=1).astype(np.float32)


def test_rows_are_short_and_exact() -> None:
    """The shortest decimals that are the same float32; pens are integers, and there is no minus zero."""
    rows = rows_of(np.array([[0.1, -12.3], [-0.0, 255]], np.float32), [1, 2])
    assert rows_json(rows) == b"[[0.1,-12.3,0,1,0],[0.0,255.0,0,0,1]]"


def test_no_rows() -> None:
    """Nothing is an empty list."""
    assert rows_json(np.empty((0, 5), np.float32)) == b"[]"


@given(
    arrays(np.float32, (3, 2), elements=st.floats(width=32, allow_nan=False, allow_infinity=False)),
    st.lists(st.integers(0, 2), min_size=3, max_size=3),
)
def test_whatever_is_written_is_read_back(moves: np.ndarray, pens: list[int]) -> None:
    """Every float32 number comes back bit for bit, but for the sign of zero."""
    rows = rows_of(moves, pens)
    read = json.loads(rows_json(rows))
    np.testing.assert_array_equal(np.array(read, np.float32), rows)
    assert all(type(pen) is int for row in read for pen in row[2:])
