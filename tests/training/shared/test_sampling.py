from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.training.shared import small
from training.shared.sampling import POOL, Sampler, shares, shares_of, steps_for

CATEGORY = np.array([0] * 8 + [1] * 2 + [0, 1, 1])
REAL = 10


def by_hand(power: float, factors: tuple[float, float] = (1.0, 1.0)) -> NDArray[np.float64]:
    return shares(CATEGORY, REAL, share=0.6, power=power, factors=np.array(factors))


@pytest.mark.parametrize(("power", "first"), [(1.0, 0.8), (0.0, 0.5), (0.5, 8**0.5 / (8**0.5 + 2**0.5))])
def test_shares(power: float, first: float) -> None:
    """Real drawings make up their share, a category by its number to the power; sampled ones count alike."""
    found = by_hand(power)
    assert found.sum() == pytest.approx(1)
    assert found[:8].sum() == pytest.approx(0.6 * first)
    assert found[8:10].sum() == pytest.approx(0.6 * (1 - first))
    assert found[10:] == pytest.approx([0.4 / 3] * 3)


def test_a_factor_makes_a_category_count_more() -> None:
    """Twice as often beside the others, real and sampled alike, while both kinds keep their share of all."""
    before, after = by_hand(1.0), by_hand(1.0, (1.0, 2.0))
    assert after[9] / after[0] == pytest.approx(2 * before[9] / before[0])
    assert after[12] / after[10] == pytest.approx(2)
    assert after[:REAL].sum() == pytest.approx(0.6)


def test_real_drawings_alone_are_all() -> None:
    """Where none are sampled, the share of the real ones is 1."""
    found = shares(CATEGORY[:REAL], REAL, share=0.5, power=1.0, factors=np.ones(2))
    assert found == pytest.approx([0.1] * 10)


def sampler(seed: int = 0) -> Sampler:
    lengths = np.array([5, 9, 5, 7, 5, 9, 5, 7, 5, 9])
    return Sampler(np.linspace(1, 10, 10) / 55, lengths, batch=16, seed=seed, device=small.CPU)


def test_drawings_are_seen_as_often_as_they_should_be() -> None:
    """In some thousand draws, and the batch is the same on the device."""
    drawing = sampler()
    seen = np.zeros(10)
    for _ in range(10 * POOL):
        numbers, there = drawing.next()
        assert numbers.tolist() == there.tolist()
        seen += np.bincount(numbers, minlength=10)
    assert seen / seen.sum() == pytest.approx(np.linspace(1, 10, 10) / 55, abs=0.02)


@pytest.mark.parametrize("taken", [0, 1, POOL - 1, POOL, 2 * POOL + 7])
def test_a_restored_sampler_goes_on(taken: int) -> None:
    """From wherever it stood; another seed draws others."""
    first, second = sampler(), sampler(seed=4)
    for _ in range(taken):
        first.next()
    state: Mapping[str, object] = first.state()
    expected = [first.next()[0].tolist() for _ in range(POOL + 3)]
    assert [second.next()[0].tolist() for _ in range(POOL + 3)] != expected
    second.restore(state)
    assert [second.next()[0].tolist() for _ in range(POOL + 3)] == expected


def test_steps_for_points() -> None:
    """About so many points are seen in so many steps."""
    found, recipe = small.collection(), replace(small.RECIPE, power=0.3, real=0.9)
    steps = steps_for(200_000, recipe, found, {1: 3.0})
    lengths = found.train.lengths
    drawing = Sampler(shares_of(found, recipe, {1: 3.0}), lengths, recipe.batch, 0, small.CPU)
    seen = sum(int((lengths[drawing.next()[0]] - 1).sum()) for _ in range(steps))
    assert seen == pytest.approx(200_000, rel=0.01)
    assert steps_for(1, recipe, found, {}) == 1
