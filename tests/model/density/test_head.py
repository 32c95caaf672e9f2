"""The head of a decoder."""

import pytest
import torch
from torch import Tensor

from model.density.head import DIGITS, Head
from model.density.sampler import head_order
from model.linear import quantised
from tests.model import samples


def outputs(n: int) -> Tensor:
    return torch.randn(n, 32, generator=torch.Generator().manual_seed(n)).tanh()


@pytest.mark.parametrize("finely", [False, True])
def test_it_says_what_the_tensors_say(finely: bool) -> None:
    """Weight times output plus the drawing's own bias, in the sampler's order with 0 for filler, or the mixture's."""
    weight, _ = samples.network(32, 5).mixture_head()
    made, x = Head(*quantised(weight, DIGITS), finely=finely), outputs(7)
    bias = torch.randn(7, 33, generator=torch.Generator().manual_seed(0))
    made.prepare(fast=False)
    ordered = made.ordered(bias)
    read = x if finely else (x * 128 + 128).round().clamp(0, 255) / 128 - 1
    want = read @ weight.t() + bias
    torch.testing.assert_close(made.reordered(made(x, ordered)), want, atol=1e-3, rtol=1e-5)
    filled = torch.cat([want, torch.zeros(7, 1)], dim=1)
    torch.testing.assert_close(made(x, ordered), filled[:, head_order(33)], atol=1e-3, rtol=1e-5)


@pytest.mark.parametrize("mixtures", [1, 2, 20])
def test_the_sampler_finds_each_number(mixtures: int) -> None:
    """`places` says where in the sampler's order each number of the mixture's is."""
    weight, _ = samples.network(32, mixtures).mixture_head()
    made = Head(*quantised(weight, DIGITS), finely=False)
    made.prepare(fast=False)
    assert torch.equal(made.order[made.places], torch.arange(3 + 6 * mixtures))
