from itertools import pairwise

import pytest

from training.shared.recipe import SharedRecipe

RECIPE = SharedRecipe(steps=1000, warmup=50)


def test_the_rate_rises_stays_and_falls() -> None:
    """Warm-up, a tenth at the full rate, then a straight line to a thousandth."""
    rates = [RECIPE.rate(step) for step in range(1000)]
    assert rates[0] == pytest.approx(1 / 50 + 1e-3)
    assert rates[60] == rates[99] == pytest.approx(1 + 1e-3)
    assert rates[550] == pytest.approx(0.5 + 1e-3)
    assert rates[-1] < 0.01
    assert all(a >= b for a, b in pairwise(rates[50:]))


def test_a_short_run_warms_up_in_a_tenth() -> None:
    """So that fine-tuning over a few steps has its full rate, too."""
    assert SharedRecipe(steps=30).rate(2) == pytest.approx(1 + 1e-3)
    assert SharedRecipe(steps=1).rate(0) == pytest.approx(1 + 1e-3)


def test_changes_fade_out() -> None:
    """All of them until the calm part of the run begins, none in its second half."""
    strengths = [RECIPE.strength(step) for step in range(1000)]
    assert strengths[750] == 1
    assert strengths[812] == pytest.approx(0.5, abs=0.01)
    assert set(strengths[875:]) == {0}


def test_the_divergences_weight_rises() -> None:
    """From a twenty-fifth to its full value at half of the run."""
    assert RECIPE.kl_weight(0) == pytest.approx(0.02)
    assert RECIPE.kl_weight(250) == pytest.approx(0.27)
    assert RECIPE.kl_weight(500) == RECIPE.kl_weight(999) == 0.5
