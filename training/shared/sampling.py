"""Which drawings a step sees: how often each one counts, and batches of like length by those shares."""

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.data.collection import Collection
from training.loop.drawings import sent
from training.shared.recipe import SharedRecipe

POOL = 40  # batches that are sorted by length together: little padding, and an order that stays nearly random

Floats = NDArray[np.float64]


def shares(category: NDArray[np.int64], real: int, *, share: float, power: float, factors: Floats) -> Floats:
    """How often each of M drawings is seen, [M] of the sum 1; the first `real` of them are people's.

    Those make up `share` of all, and a category counts among them by its number of drawings to the power `power`: 1 is
    every drawing alike, 0 every category. The sampled ones count alike. `factors`, one for each category, come on top.
    """
    weight = np.zeros(len(category))
    counts = np.bincount(category[:real], minlength=len(factors)).astype(float)
    weight[:real] = (counts**power / np.maximum(counts, 1))[category[:real]] * factors[category[:real]]
    weight[:real] *= share / weight[:real].sum()
    if len(category) > real:
        sampled = factors[category[real:]]
        weight[real:] = (1 - share) * sampled / sampled.sum()
    whole: Floats = weight / weight.sum()
    return whole


def shares_of(collection: Collection, recipe: SharedRecipe, factors: Mapping[int, float]) -> Floats:
    """How often each training drawing of a collection is seen; `factors` names the categories whose factor is not 1."""
    of_all = np.array([factors.get(number, 1.0) for number in range(len(collection.names))])
    category, real = collection.train.category, collection.real
    return shares(category, real, share=recipe.real, power=recipe.power, factors=of_all)


def steps_for(points: int, recipe: SharedRecipe, collection: Collection, factors: Mapping[int, float]) -> int:
    """As many steps as see about so many points."""
    a_drawing = float(shares_of(collection, recipe, factors) @ (collection.train.lengths - 1))
    return max(1, round(points / (a_drawing * recipe.batch)))


class Sampler:
    """Draws batches with replacement. Each pool of them travels to the device in one piece."""

    def __init__(self, shares: Floats, lengths: NDArray[np.int64], batch: int, seed: int, device: torch.device) -> None:
        self._sums = np.cumsum(shares)
        self._sums[-1] = 1.0
        self._lengths, self._batch, self._device = lengths, batch, device
        self._random = np.random.default_rng(seed)
        self._fill()

    def next(self) -> tuple[NDArray[np.int64], Tensor]:
        """The numbers of the next batch's drawings, [n] on the host and on the device."""
        if self._taken == POOL:
            self._fill()
        self._taken += 1
        return self._pool[self._taken - 1], self._pool_there[self._taken - 1]

    def state(self) -> dict[str, Any]:
        """Where it stands, by numbers and strings alone."""
        return {"random": json.dumps(self._before), "taken": self._taken}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Stand where another sampler of the same drawings stood."""
        self._random.bit_generator.state = json.loads(state["random"])
        self._fill()
        self._taken = int(state["taken"])

    def _fill(self) -> None:
        self._before = self._random.bit_generator.state
        drawn = np.searchsorted(self._sums, self._random.random(POOL * self._batch))
        drawn = drawn[np.argsort(self._lengths[drawn], kind="stable")]
        self._pool = drawn.reshape(POOL, self._batch)[self._random.permutation(POOL)]
        self._pool_there = sent(self._pool, self._device)
        self._taken = 0
