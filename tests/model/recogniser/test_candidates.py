from itertools import pairwise

import pytest

from model.card import SEEDS
from model.recogniser.candidates import MOST, STRIDE, candidates, surest


def test_the_first_candidate_is_the_seed_that_was_asked_for() -> None:
    """The others follow from it by a formula that does not change: links with `best` bring back what they showed."""
    assert candidates(7, 1) == [7]
    assert candidates(7, 3) == [7, 5566755282872662, 2126311311004325]
    assert candidates(SEEDS - 1, 2) == [SEEDS - 1, STRIDE - 1]


@pytest.mark.parametrize("seed", [0, 7, 12345, SEEDS - 70])
def test_neighbours_share_no_candidate(seed: int) -> None:
    """A sheet of many, each the best of as many as there may be, chooses among different drawings."""
    seeds = [candidate for i in range(1024) for candidate in candidates((seed + i) % SEEDS, MOST)]
    assert len(set(seeds)) == len(seeds)
    assert min(b - a for a, b in pairwise(sorted(seeds))) >= 1


def test_the_surest_of_each_group_is_chosen() -> None:
    """By number; of equals the first."""
    assert surest([-3, -1, -2, -5, -9, -4], 3) == [1, 5]
    assert surest([-1, -1, -1, -2], 2) == [0, 2]
    assert surest([-1, -2], 1) == [0, 1]
