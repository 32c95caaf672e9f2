"""One step up to the gradients, on the CPU; that it never waits for a device is read from the operations it calls."""

from contextlib import nullcontext
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import Tensor

from tests.capture import Operations
from tests.training.shared import small
from training.loop.drawings import Drawings
from training.loop.precision import LossScale
from training.shared.sampling import Sampler, shares_of
from training.shared.step import TOLD, learn


@pytest.mark.parametrize("float32", [True, False])
def test_a_step_never_waits_for_the_device(float32: bool) -> None:
    """From the gather of its batch to the clipped gradients, no value goes to the host and none comes from it."""
    found, recipe = small.collection(), replace(small.RECIPE, float32=float32)
    drawings = Drawings.of(found.train, small.CPU, real=found.real)
    sampler = Sampler(shares_of(found, recipe, {}), found.train.lengths, recipe.batch, 0, small.CPU)
    network = small.network()
    network.dropout = 0.1
    network.train()
    with Operations() as operations:
        learn(network, drawings.batch(*sampler.next()), recipe, 0, LossScale(1024.0, small.CPU))
    assert {"randperm.default", "index.Tensor", "mul_.Tensor"} <= operations.called
    assert not operations.waits


def gradients(scale: float, *, float32: bool = True) -> tuple[dict[str, Tensor], Tensor]:
    network = small.network()
    torch.manual_seed(1)
    recipe = replace(small.RECIPE, float32=float32)
    told = learn(network, small.batch(), recipe, 0, LossScale(scale, small.CPU))
    return {name: parameter.grad for name, parameter in network.named_parameters() if parameter.grad is not None}, told


def test_the_losss_scale_does_not_show() -> None:
    """A power of two changes no bit of a bfloat16 gradient, nor what is told."""
    (plain, told), (scaled, again) = gradients(1.0, float32=False), gradients(1024.0, float32=False)
    torch.testing.assert_close(again, told)
    for name, gradient in plain.items():
        torch.testing.assert_close(scaled[name], gradient, atol=1e-7, rtol=1e-5)


def test_half_precision_is_near() -> None:
    """Sums and norm of a step in bfloat16 are those of float32 to a few hundredths."""
    torch.testing.assert_close(gradients(1024.0, float32=False)[1], gradients(1.0)[1], rtol=0.05, atol=0.05)


def test_a_step_tells_its_sums() -> None:
    """Nats and points of all its drawings, divergence and number of those with a code, and that none was skipped."""
    batch = small.batch()
    told = dict(zip(TOLD, gradients(1.0)[1].tolist(), strict=True))
    assert told["points"] == batch.points
    assert told["coded"] == int(small.RECIPE.like * len(batch.rows))
    assert 8 < told["nats"] / told["points"] < 14
    assert told["kl"] > 0
    assert told["skipped"] == 0
    assert told["norm"] > 0


def test_a_bad_step_is_counted_and_adds_to_nothing_else() -> None:
    """Drawings that make the gradient no number leave zeros behind, and their loss is in no sum."""
    network, batch = small.network(), small.batch()
    batch.rows[0, 1, 0] = np.nan
    told = dict(
        zip(TOLD, learn(network, batch, small.RECIPE, 0, LossScale(1.0, batch.rows.device)).tolist(), strict=True)
    )
    assert told["skipped"] == 1
    assert (told["nats"], told["points"], told["kl"], told["coded"]) == (0, 0, 0, 0)
    assert not any(bool(p.grad.any()) for p in network.parameters() if p.grad is not None)


def test_everything_of_a_step_is_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """On torch's device without memory, which refuses to work with tensors of another: no part was left on the CPU."""
    meta = torch.device("meta")
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # which this device does not know
    found = small.collection()
    numbers = np.arange(6)
    batch = Drawings.of(found.train, meta, real=found.real).batch(numbers, torch.from_numpy(numbers).to(meta))
    network = small.network().to(meta)
    told = learn(network, batch, small.RECIPE, 0, LossScale(1.0, batch.rows.device))
    assert told.device == meta
    assert {parameter.grad.device for parameter in network.parameters() if parameter.grad is not None} == {meta}
    assert all(parameter.grad is not None for parameter in network.parameters())
