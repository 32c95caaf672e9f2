"""What a decoder's weights are stored as, and that the fast products are the plain ones."""

from pathlib import Path
from typing import Any

import pytest
import torch

from model.checkpoint import save_checkpoint
from model.decoder import Decoder
from model.weights import Weights
from tests.model import samples

PACKS = "fbgemm" in torch.backends.quantized.supported_engines


def x_of(weights: Weights, n: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(n)
    rest = torch.randn(n, weights.h0.size(0) + 5, generator=generator)
    return torch.cat([rest, torch.ones(n, 2), torch.zeros(n, 1)], dim=1)


@pytest.mark.parametrize("packed", [False, True])
def test_gates_are_the_lstms(packed: bool) -> None:
    """Fused and packed products are w_hidden h + w_input row + bias, with the third gate twice."""
    weights = Weights(samples.network(32, 5), half=True)
    if packed:
        if not PACKS:
            pytest.skip("this processor has no FBGEMM to pack for")
        assert weights.pack()
    x = x_of(weights, 7)
    want = x[:, :32] @ weights.w_hidden.t() + x[:, 32:37] @ weights.w_input.t() + weights.bias
    want[:, 64:96] *= 2
    torch.testing.assert_close(weights.gates(x), want, atol=1e-5, rtol=1e-5)


@pytest.mark.skipif(not PACKS, reason="this processor has no FBGEMM to pack for")
def test_packing_takes_the_fused_weights_place() -> None:
    """Packing gives the same head, frees what it replaces, may be asked for again, and leaves the rest alone."""
    weights = Weights(samples.network(32, 5), half=True)
    x = x_of(weights, 3)
    before, stored = weights.head(x), weights.w_hidden.clone()
    assert weights.pack()
    assert weights.pack()
    torch.testing.assert_close(weights.head(x), before, atol=1e-5, rtol=1e-5)
    assert weights.fused_gates.numel() == weights.fused_head.numel() == 0
    assert torch.equal(weights.w_hidden, stored)


def test_float32_weights_are_not_packed() -> None:
    """Packing would round weights that float16 does not hold, so such are left as they are."""
    weights = Weights(samples.network(32, 5), half=False)
    assert not weights.pack()
    assert weights.fused_gates.numel() > 0


def test_half_stored_weights_are_halves() -> None:
    """With `half`, matrices have values of float16 from the start, so saving and loading changes nothing."""
    network = samples.network(32, 5)
    half, full = Weights(network, half=True), Weights(network, half=False)
    for name in ("w_input", "w_hidden", "w_head"):
        tensor = getattr(half, name)
        assert torch.equal(tensor, tensor.half().float())
        assert not torch.equal(tensor, getattr(full, name))
    assert torch.equal(half.bias, full.bias)


@pytest.mark.parametrize("half", [False, True])
def test_the_state_is_whole(half: bool) -> None:
    """A state brought back gives the same tensors, those that are not stored too."""
    first = Weights(samples.network(32, 5, seed=1), half=half)
    second = Weights(samples.network(32, 5, seed=2), half=not half)
    second.__setstate__(first.__getstate__())
    for (name, one), (other_name, other) in zip(first.named_buffers(), second.named_buffers(), strict=True):
        assert name == other_name
        assert torch.equal(one, other), name


def test_a_decoder_goes_where_it_is_sent() -> None:
    """All tensors of a decoder are buffers, so `to` moves every one of them."""
    decoder = Decoder(samples.network(8, 2)).to("meta")
    tensors: list[Any] = [value for value in vars(decoder.weights).values() if isinstance(value, torch.Tensor)]
    assert not tensors
    assert {buffer.device.type for buffer in decoder.buffers()} == {"meta"}


@pytest.mark.parametrize(("hidden", "packed", "rows"), [(512, 4, 1), (128, 4, 1), (16, 4, 2), (12, 8, 8), (10, 16, 16)])
def test_groups_fill_vectors(hidden: int, packed: int, rows: int) -> None:
    """A group has four rows or more when not packed, and as many as fill the processor's vectors."""
    weights = Weights(samples.network(hidden, 1), half=True)
    assert weights.group() == packed
    assert weights.group() * hidden % weights.vector == 0
    if PACKS:
        weights.pack()
        assert weights.group() == rows


def test_only_what_is_stored_takes_room(tmp_path: Path) -> None:
    """An archive of half-stored weights has two bytes for each number of a matrix, one of float32 four."""
    numbers = 4 * 256 * (256 + 5) + 123 * 256
    for half, low, high in ((True, 2, 2.3), (False, 4, 4.3)):
        save_checkpoint(tmp_path, Decoder(samples.network(256, 20), half=half), samples.card())
        assert low * numbers < (tmp_path / "model.pt").stat().st_size < high * numbers
