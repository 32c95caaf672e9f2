"""One step up to the gradients, on the CPU; that it never waits for a device is read from the operations it calls."""

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from tests.training.shared import small
from training.shared.drawings import Drawings
from training.shared.sampling import Sampler, shares_of
from training.shared.step import TOLD, learn

WAITING = (  # operations whose result the host needs, or that bring something from it
    "_local_scalar_dense",
    "nonzero",
    "masked_select",
    "unique",
    "_unique2",
    "repeat_interleave.Tensor",
    "lift_fresh",
    "is_nonzero",
    "equal",
)


class Operations(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Takes down the operations that are called."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.called: set[str] = set()

    def __torch_dispatch__(
        self,
        func: Any,
        types: Sequence[type],
        args: Sequence[Any] = (),
        kwargs: dict[str, Any] | None = None,
    ) -> object:
        name = str(func).removeprefix("aten.")
        picked = args[1] if name.startswith("index") and isinstance(args[1], list | tuple) else ()
        by_mask = any(isinstance(index, Tensor) and index.dtype in (torch.bool, torch.uint8) for index in picked)
        self.called.add("nonzero, of a mask" if by_mask else name)
        return func(*args, **(kwargs or {}))


def waits(called: set[str]) -> set[str]:
    return {name for name in called if name.startswith(WAITING)}


@pytest.mark.parametrize("float32", [True, False])
def test_a_step_never_waits_for_the_device(float32: bool) -> None:
    """From the gather of its batch to the clipped gradients, no value goes to the host and none comes from it."""
    found, recipe = small.collection(), replace(small.RECIPE, float32=float32)
    drawings = Drawings.of(found.train, found.real, small.CPU)
    sampler = Sampler(shares_of(found, recipe, {}), found.train.lengths, recipe.batch, 0, small.CPU)
    network = small.network()
    network.dropout = 0.1
    network.train()
    with Operations() as operations:
        learn(network, drawings.batch(*sampler.next()), recipe, 0)
    assert {"randperm.default", "index.Tensor", "mul_.Tensor"} <= operations.called
    assert not waits(operations.called)


@pytest.mark.parametrize(
    "wait", [lambda x: x.item(), lambda x: bool(x > 0), lambda x: x.view(1)[x.view(1) > 0], lambda _: torch.tensor(1.0)]
)
def test_a_wait_would_be_seen(wait: Any) -> None:
    """Reading a number, branching on one, picking by a mask, a number from the host."""
    value = torch.ones(())
    with Operations() as operations:
        wait(value)
    assert waits(operations.called)


def gradients(scale: float, *, float32: bool = True) -> tuple[dict[str, Tensor], Tensor]:
    network = small.network()
    torch.manual_seed(1)
    told = learn(network, small.batch(), replace(small.RECIPE, loss_scale=scale, float32=float32), 0)
    return {name: parameter.grad for name, parameter in network.named_parameters() if parameter.grad is not None}, told


def test_the_losss_scale_does_not_show() -> None:
    """A power of two changes no bit of a bfloat16 gradient, nor what is told; nor does float32 use it."""
    (plain, told), (scaled, again) = gradients(1.0, float32=False), gradients(1024.0, float32=False)
    torch.testing.assert_close(again, told)
    for name, gradient in plain.items():
        torch.testing.assert_close(scaled[name], gradient, atol=1e-7, rtol=1e-5)
    assert torch.equal(gradients(1024.0)[1], gradients(1.0)[1])


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
    told = dict(zip(TOLD, learn(network, batch, small.RECIPE, 0).tolist(), strict=True))
    assert told["skipped"] == 1
    assert (told["nats"], told["points"], told["kl"], told["coded"]) == (0, 0, 0, 0)
    assert not any(bool(p.grad.any()) for p in network.parameters() if p.grad is not None)


def test_everything_of_a_step_is_on_the_device(monkeypatch: pytest.MonkeyPatch) -> None:
    """On torch's device without memory, which refuses to work with tensors of another: no part was left on the CPU."""
    meta = torch.device("meta")
    monkeypatch.setattr(torch, "autocast", lambda *_, **__: nullcontext())  # which this device does not know
    found = small.collection()
    numbers = np.arange(6)
    batch = Drawings.of(found.train, found.real, meta).batch(numbers, torch.from_numpy(numbers).to(meta))
    network = small.network().to(meta)
    told = learn(network, batch, small.RECIPE, 0)
    assert told.device == meta
    assert {parameter.grad.device for parameter in network.parameters() if parameter.grad is not None} == {meta}
    assert all(parameter.grad is not None for parameter in network.parameters())
