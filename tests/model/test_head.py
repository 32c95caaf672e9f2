"""The head of a decoder, and what of a decoder is stored."""

from pathlib import Path

import pytest
import torch

from model.checkpoint import save_checkpoint
from model.decoder import Decoder
from model.head import Head, head_tensors
from model.sampler import head_order
from tests.model import samples


def outputs(n: int) -> torch.Tensor:
    return torch.randn(n, 32, generator=torch.Generator().manual_seed(n)).tanh()


@pytest.mark.parametrize("int8", [False, True])
def test_it_says_what_the_tensors_say(int8: bool) -> None:
    """Weight times output plus bias, in the sampler's order, with 0 for filler; `raw` in the mixture's."""
    weight, bias = samples.network(32, 5).mixture_head()
    made, x = Head(weight, bias, int8=int8), outputs(7)
    read = (x * 128 + 128).round().clamp(0, 255) / 128 - 1 if int8 else x
    want = read @ weight.t() + bias
    torch.testing.assert_close(made.raw(x), want, atol=1e-3 if int8 else 1e-5, rtol=1e-5)
    filled = torch.cat([want, torch.zeros(7, 1)], dim=1)
    torch.testing.assert_close(made(x), filled[:, head_order(33)], atol=1e-3 if int8 else 1e-5, rtol=1e-5)


@pytest.mark.parametrize("int8", [False, True])
def test_its_tensors_come_back(int8: bool) -> None:
    """Weight and bias in the network's order; in 16 bits they are off by 1/30,000 of a row's largest at most."""
    weight, bias = samples.network(32, 5).mixture_head()
    made = Head(weight, bias, int8=int8)
    again, same = head_tensors({f"head.{name}": buffer for name, buffer in made.named_buffers()}, "head")
    assert torch.equal(same, bias)
    assert bool(((again - weight).abs() <= weight.abs().amax(1, keepdim=True) * int8 / 30_000).all())


def test_a_decoder_goes_where_it_is_sent() -> None:
    """All tensors of a decoder are buffers, so `to` moves every one of them."""
    decoder = Decoder(samples.network(8, 2)).to("meta")
    assert {buffer.device.type for buffer in decoder.buffers()} == {"meta"}
    for part in decoder.modules():
        assert not [value for value in vars(part).values() if isinstance(value, torch.Tensor)]


@pytest.mark.parametrize(("hidden", "rows"), [(512, 1), (128, 1), (16, 2), (12, 8), (10, 16)])
def test_groups_fill_vectors(hidden: int, rows: int) -> None:
    """A group has as many rows as fill the processor's vectors."""
    decoder = Decoder(samples.network(hidden, 1))
    assert decoder.group() == rows


def test_only_what_is_stored_takes_room(tmp_path: Path) -> None:
    """A rounded archive has a byte for each number of the recurrence, one of float32 four."""
    numbers = 4 * 256 * 256
    rest = 4 * 4 * 256 * 10 + 4 * 140 * 256
    for int8, width in ((True, 1), (False, 4)):
        save_checkpoint(tmp_path, Decoder(samples.network(256, 20), int8=int8), samples.card())
        assert width * numbers < (tmp_path / "model.pt").stat().st_size < width * numbers + rest + 64 * 1024
