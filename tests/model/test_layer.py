"""A layer above the lowest: its product is that of its tensors, however it is stored and packed."""

import pytest
import torch

from model.layer import Layer, with_bias

PACKS = "fbgemm" in torch.backends.quantized.supported_engines
X = torch.cat([torch.randn(7, 32, generator=torch.Generator().manual_seed(0)), torch.ones(7, 2), torch.zeros(7, 1)], 1)


def layer(rows: int, *, half: bool = True, seed: int = 0) -> Layer:
    rng = torch.Generator().manual_seed(seed)
    w_input, w_hidden = torch.randn(rows, 16, generator=rng), torch.randn(rows, 16, generator=rng)
    return Layer(w_input, w_hidden, torch.randn(rows, generator=rng), half=half)


@pytest.mark.parametrize(("rows", "twice"), [(64, slice(32, 48)), (16, slice(0, 16))])
@pytest.mark.parametrize("packed", [False, True])
def test_sums_are_those_of_the_tensors(rows: int, twice: slice, packed: bool) -> None:
    """w_hidden h + w_input x + bias, twice before a tanh: an LSTM's third gate, or all of a layer without gates."""
    made = layer(rows)
    if packed:
        if not PACKS:
            pytest.skip("this processor has no FBGEMM to pack for")
        assert made.pack()
        assert made.pack(), "it may be asked for again"
    want = X[:, :16] @ made.w_hidden.t() + X[:, 16:32] @ made.w_input.t() + made.bias
    want[:, twice] *= 2
    torch.testing.assert_close(made.gates(X), want, atol=1e-4, rtol=1e-5)


@pytest.mark.parametrize("half", [False, True])
def test_the_state_is_whole(half: bool) -> None:
    """A state brought back gives the same tensors, that which is not stored too; only halves are packed."""
    first, second = layer(64, half=half, seed=1), layer(64, half=not half, seed=2)
    second.__setstate__(first.__getstate__())
    for (name, one), (other_name, other) in zip(first.named_buffers(), second.named_buffers(), strict=True):
        assert name == other_name
        assert torch.equal(one, other), name
    assert PACKS is False or second.pack() is half


def test_a_bias_keeps_22_bits() -> None:
    """Two columns of float16 numbers sum to the bias, a thousand times nearer than one would."""
    bias = torch.linspace(-3, 3, 101)
    columns = with_bias(torch.empty(101, 0), bias)
    assert torch.equal(columns, columns.half().float())
    torch.testing.assert_close(columns.sum(1), bias, atol=2e-6, rtol=0)
