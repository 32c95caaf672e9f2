"""Scores of likenesses and of ways."""

import numpy as np
import pytest

from training.score.likeness import nearer
from training.score.way import rank_correlation


def test_nearer_counts_pairs_of_one_category() -> None:
    """Of each likeness against every other original of its category: all, none, or a part."""
    category = np.array([0, 0, 0, 1, 1])
    same = np.eye(5, dtype=np.float32)
    assert nearer(same, category) == 1
    assert nearer(-same, category) == 0
    half = same.copy()
    half[3, 4] = 2
    assert nearer(half, category) == pytest.approx(7 / 8)


def test_an_original_of_another_category_does_not_count() -> None:
    """However near it is."""
    near = np.eye(4, dtype=np.float32)
    near[0, 2] = near[2, 0] = 5
    assert nearer(near, np.array([0, 0, 1, 1])) == 1


def test_rank_correlation_is_spearmans() -> None:
    """1 for what rises, -1 for what falls, however steeply; ties have the mean of their ranks."""
    places = np.arange(5.0)
    assert rank_correlation(places, np.exp(places)) == pytest.approx(1)
    assert rank_correlation(places, -(places**3)) == pytest.approx(-1)
    assert rank_correlation(np.array([1.0, 2, 2, 3]), np.array([1.0, 3, 2, 4])) == pytest.approx(0.9486833)
