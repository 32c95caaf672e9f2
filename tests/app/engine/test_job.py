"""What of a turn's rows belongs to each drawing."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from app.engine.job import NOTHING, first_ends
from model.strokes import Array


@settings(deadline=None, max_examples=60)
@given(st.lists(st.lists(st.booleans(), max_size=6), max_size=8))
def test_the_first_end_of_each_is_found_in_one_pass(ends: list[list[bool]]) -> None:
    """As one by one: where it is, or all rows where there is none, and nothing of those without rows."""
    drawn: list[Array] = []
    for its in ends:
        rows = np.zeros((len(its), 5), np.float32)
        rows[:, 4] = its
        drawn.append(rows)
    assert first_ends(drawn) == [its.index(True) if True in its else len(its) for its in ends]
    assert first_ends([NOTHING]) == [0]
