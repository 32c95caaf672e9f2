"""Costs from totals: least squares among figures that are not negative."""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np


def fit(rows: Sequence[Mapping[str, float]], totals: Sequence[float]) -> dict[str, float]:
    """What one of each kind costs, so that counts times costs come closest to each total, in parts of it.

    There are few kinds, so all choices of those that cost something at all are tried (non-negative least squares).
    """
    names = list(rows[0])
    counts = np.array([[row[name] for name in names] for row in rows]) / np.array(totals)[:, None]
    best, least = np.zeros(len(names)), np.inf
    for size in range(1, len(names) + 1):
        for some in combinations(range(len(names)), size):
            costs, *_ = np.linalg.lstsq(counts[:, some], np.ones(len(rows)), rcond=None)
            error = float(np.square(counts[:, some] @ costs - 1).sum())
            if (costs >= 0).all() and error < least:
                best, least = np.zeros(len(names)), error
                best[list(some)] = costs
    return dict(zip(names, best.tolist(), strict=True))
