import numpy as np

from training.data.lengths import ROOM, most_points


def test_there_is_room_beyond_the_longest_but_one_in_a_hundred() -> None:
    """One drawing that is far too long changes nothing."""
    lengths = np.array([40] * 990 + [10_000] * 9)
    assert most_points(lengths) == round(40 * ROOM)
