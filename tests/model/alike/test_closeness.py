"""From how many drawings a likeness is chosen, and how many of them know the original's code."""

import pytest

from model.alike.closeness import MOST, candidates
from model.card import SEEDS


def test_the_ends() -> None:
    """At 0 it is the drawing of the seed alone, at 1 all that there may be, and all are told."""
    [alone] = candidates(7, 0)
    assert (alone.seed, alone.told) == (7, False)
    assert [each.told for each in candidates(7, 1)] == [True] * MOST


def test_closer_is_more() -> None:
    """As closeness rises neither the candidates nor those that are told become fewer; the seed's own is the first."""
    before = (0, 0)
    for step in range(101):
        some = candidates(5, step / 100)
        count = len(some), sum(each.told for each in some)
        assert count >= before
        assert count[1] >= before[1]
        assert some[0].seed == 5
        before = count


@pytest.mark.parametrize("seed", [0, SEEDS - 3])
def test_no_two_drawings_share_a_candidate(seed: int) -> None:
    """A thousand seeds in turn have as many seeds of candidates, all of them seeds."""
    found = [each.seed for i in range(1000) for each in candidates((seed + i) % SEEDS, 1)]
    assert len(set(found)) == len(found)
    assert all(0 <= each < SEEDS for each in found)
