"""One step up to the weights, on the CPU; that it never waits for a device is read from the operations it calls."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from model.network import Network
from model.systems import SYSTEMS
from tests.capture import Operations
from tests.training import shapes
from training.data.corpus import Corpus
from training.loop.drawings import Drawings
from training.loop.optimiser import Optimisers
from training.loop.precision import LossScale
from training.loop.recipe import Recipe
from training.loop.step import learn

CPU = torch.device("cpu")
TRAIN = Corpus.of(shapes.drawings("square", 24) + shapes.drawings("zigzag", 24))
NUMBERS = np.arange(0, 48, 3)
RECIPE = Recipe(batch=16, scale=0.1, dropout=0.1)


def network(system: str = "gmm512_20") -> Network:
    torch.manual_seed(0)
    mean, std = (torch.from_numpy(moment) for moment in TRAIN.offset_moments())
    made = Network(replace(SYSTEMS[system], hidden=16), mean, std)
    made.dropout = RECIPE.dropout
    return made


@pytest.mark.parametrize("bfloat16", [True, False])
@pytest.mark.parametrize("system", SYSTEMS)
def test_a_step_never_waits_for_the_device(system: str, bfloat16: bool) -> None:
    """From the gather of its batch to the clipped gradients, no value goes to the host and none comes from it."""
    drawings, made, scale = Drawings.of(TRAIN, CPU), network(system), LossScale(1024.0, CPU)
    there = torch.from_numpy(NUMBERS)
    with Operations() as operations:
        batch = drawings.batch(NUMBERS, there)
        learn(made, batch, replace(RECIPE, bfloat16=bfloat16), 0, scale)
    assert {"index.Tensor", "mul_.Tensor"} <= operations.called
    assert not operations.waits


def test_an_update_never_waits_either() -> None:
    """With AdamW as one kernel, as it is on CUDA."""
    made = network()
    optimisers = Optimisers.of(made, 1e-3)
    optimisers.members[0].param_groups[0]["fused"] = True
    learn(made, Drawings.of(TRAIN, CPU).batch(NUMBERS, torch.from_numpy(NUMBERS)), RECIPE, 0, LossScale(1.0, CPU))
    with Operations() as operations:
        optimisers.step(1.0)
    assert "_fused_adamw_.default" in operations.called
    assert not operations.waits


def gradients(scale: float) -> list[torch.Tensor]:
    made = network()
    batch = Drawings.of(TRAIN, CPU).batch(NUMBERS, torch.from_numpy(NUMBERS))
    learn(made, batch, replace(RECIPE, bfloat16=False), 0, LossScale(scale, CPU))
    return [parameter.grad for parameter in made.parameters() if parameter.grad is not None]


def test_the_losss_scale_does_not_show() -> None:
    """The gradients that an optimiser sees are the loss's own."""
    for plain, scaled in zip(gradients(1.0), gradients(1024.0), strict=True):
        torch.testing.assert_close(plain, scaled, atol=1e-7, rtol=1e-5)


def test_a_step_tells_of_each_drawing() -> None:
    """Its log probability; their sum is the loss, which comes with norm and scale."""
    made = network()
    batch = Drawings.of(TRAIN, CPU).batch(NUMBERS, torch.from_numpy(NUMBERS))
    told = learn(made, batch, RECIPE, 0, LossScale(4.0, CPU))
    loss, norm, scale = told.numbers.tolist()
    assert -float(told.each.sum()) / batch.points == pytest.approx(loss, rel=1e-4)
    assert norm > 0
    assert scale == 4
