"""Linear layers in whole numbers: exact by whichever library."""

from typing import Any

import pytest
import torch
from torch import Tensor

from model.archive.torchscript import packs
from model.linear import FixedPointLinear, QuantisedLinear, fixed_point, quantised, restored

needs_packing = pytest.mark.skipif(not packs(), reason="this build of torch has no library to pack for")
MANY = QuantisedLinear.many
SIZES = (1, 2, 7, MANY - 1, MANY, 65)


def matrix(rows: int = 96, columns: int = 64, seed: int = 0) -> Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def outputs(n: int, columns: int = 64) -> Tensor:
    """What layers put out: in -1..1, the ends among them, many near 0, and some where rounding is undecided."""
    x = torch.randn(n, columns, generator=torch.Generator().manual_seed(n)).tanh() ** 3
    x[0, :4] = torch.tensor([1.0, -1.0, 0.5 / 128, 1.5 / 128])
    return x


def layer(given: Tensor, digits: int = 1, *, finely: bool = False, fast: bool = False) -> QuantisedLinear:
    """A layer of a matrix, its rows in their order, each as it is."""
    made = QuantisedLinear(*quantised(given, digits), digits=digits, finely=finely)
    made.prepare(torch.arange(len(given)), torch.ones(len(given)), fast)
    return made


def exact(made: QuantisedLinear, x: Tensor) -> Tensor:
    """By its definition, in whole numbers of 64 bits."""
    steps = (x.float() * 128 + 128).round().clamp(0, 255).long() - 128
    sums = (steps.unsqueeze(1) * made.integers.long()).sum(-1)
    return sums.float() * (made.scale / 128)


def overflowing() -> Tensor:
    """A matrix whose products of eight bits fit into no 16, as processors without VNNI would have them."""
    return torch.ones(96, 64)


@pytest.mark.parametrize("n", SIZES)
def test_plain_products_are_exact(n: int) -> None:
    """Without packing the sums are those of whole numbers, bit for bit."""
    made, x = layer(matrix()), outputs(n)
    assert torch.equal(made(x), exact(made, x))


@needs_packing
@pytest.mark.parametrize("given", [matrix(), overflowing()], ids=["random", "overflowing"])
@pytest.mark.parametrize("n", SIZES)
def test_packed_products_are_exact(n: int, given: Tensor) -> None:
    """So are they by each library, for few rows and for many."""
    made, packed, x = layer(given), layer(given, fast=True), outputs(n)
    want = exact(made, x)
    assert torch.equal(made(x), want)
    assert torch.equal(packed(x), want)
    there = torch.randn(n, 96, generator=torch.Generator().manual_seed(1))
    for one in (made, packed):
        assert torch.equal(one.add_to(there.clone(), x), there + want)


@needs_packing
@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("finely", [False, True])
def test_layers_share_what_is_read(n: int, finely: bool) -> None:
    """What one layer has read of x another takes as if it had read x itself."""
    first, second, x = layer(matrix(), fast=True), layer(matrix(seed=1), 2, finely=finely, fast=True), outputs(n)
    read = first.read(x)
    assert torch.equal(second(x, read), second(x))
    there = torch.ones(n, 96)
    assert torch.equal(first.add_to(there.clone(), x, read), first.add_to(there.clone(), x))


@pytest.mark.parametrize("columns", [512, 1024])
@pytest.mark.parametrize("fast", [False, pytest.param(True, marks=needs_packing)])
def test_the_largest_sums_are_exact(columns: int, fast: bool) -> None:
    """Where every product is as large as it can be, of as many as our networks have, nothing is rounded."""
    made = layer(torch.ones(96, columns), fast=fast)
    for n in (1, 40):
        for x in (torch.ones(n, columns), -torch.ones(n, columns)):
            assert torch.equal(made(x), exact(made, x))


@pytest.mark.parametrize("fast", [False, pytest.param(True, marks=needs_packing)])
@pytest.mark.parametrize("digits", [1, 2])
@pytest.mark.parametrize("n", [3, 40])
def test_rows_come_in_another_order_times_a_factor(n: int, digits: int, fast: bool) -> None:
    """`prepare` says which rows, how often and times what; a number that is no row stands for zeros."""
    made, x = layer(matrix(), digits), outputs(n)
    want = torch.cat([made(x), torch.zeros(n, 1)], 1)
    order, factor = torch.tensor([5, 96, 0, 95, 5]), torch.tensor([1.0, 4, 2, 1, 0.5])
    made.prepare(order, factor, fast)
    assert torch.equal(made(x), want[:, order] * factor)


@needs_packing
@pytest.mark.parametrize("n", SIZES)
def test_halves_are_exact(n: int) -> None:
    """What takes their place on processors whose products of eight bits overflow gives the same bits."""
    made, x = layer(matrix(), fast=True), outputs(n)
    made.narrow, made.wide = None, None
    made.halves = torch.ops.quantized.linear_prepack_fp16(made.integers.float(), None)
    assert torch.equal(made(x), layer(matrix())(x))


@needs_packing
def test_a_form_that_is_not_exact_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose sums are wrong here gives way to one whose sums are right."""
    x, want = outputs(MANY), layer(overflowing())(outputs(MANY))
    wide, narrow = torch.ops.onednn.qlinear_prepack, torch._make_per_channel_quantized_tensor

    def wrong(integers: Tensor, *rest: Any) -> Tensor:
        return narrow(integers - 1, *rest)

    monkeypatch.setattr(torch.ops.onednn, "qlinear_prepack", lambda weight, shape: wide(weight - 1, shape))
    monkeypatch.setattr(torch, "_make_per_channel_quantized_tensor", wrong)
    made = layer(overflowing(), fast=True)
    assert made.narrow is None
    assert made.wide is None
    for some in (x, x[:1]):
        assert torch.equal(made(some), want[: len(some)])


@needs_packing
def test_packing_takes_the_plain_matrix_place() -> None:
    """It frees what it replaces, may be asked for again, and leaves what is stored alone."""
    made = layer(matrix(), fast=True)
    stored, want = made.integers.clone(), made(outputs(3))
    assert made.plain.numel() == 0
    made.prepare(torch.arange(96), torch.ones(96), True)
    assert made.plain.numel() == 0
    assert torch.equal(made.integers, stored)
    assert torch.equal(made(outputs(3)), want)


LEVELS = matrix() * torch.logspace(-3, 3, 96).unsqueeze(1)


def fits_by_rows(integers: Tensor, scale: Tensor, dtype: torch.dtype, off: float) -> None:
    """Each row reaches the largest integer, and nothing is off by more than `off` steps."""
    assert integers.dtype == dtype
    assert int(integers.abs().amax(1).min()) == int(integers.abs().max()) == torch.iinfo(dtype).max
    assert bool(((integers * scale.unsqueeze(1) - LEVELS).abs() <= off * scale.unsqueeze(1)).all())


def test_rounding_is_by_rows() -> None:
    """Each row has the finest scale that holds it, and is off by half a step of it at most."""
    fits_by_rows(*quantised(LEVELS), torch.int8, 0.5001)


def test_two_digits_are_sixteen_bits() -> None:
    """The second says what the first leaves: the product is that of a matrix 250 times as fine."""
    given, x = matrix(), outputs(5)
    again = restored(*quantised(given, 2), 96)
    step = given.abs().amax(1, keepdim=True) / 127
    assert bool(((again - given).abs() <= step / 500).all())
    read = (x * 128 + 128).round().clamp(0, 255) / 128 - 1
    torch.testing.assert_close(layer(given, 2)(x), read @ again.t(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("fast", [False, pytest.param(True, marks=needs_packing)])
@pytest.mark.parametrize("n", [3, 65])
def test_a_fine_reading_is_128_times_as_fine(n: int, fast: bool) -> None:
    """Read finely, x is off by 1/32,768, by twice that at 1, at most; the sums are the same once packed."""
    made, x = layer(torch.eye(64), 2, finely=True, fast=fast), outputs(n)
    off = (made(x) - x).abs()
    assert float(off.max()) <= 1 / 16_384 + 1e-6
    assert float(off[x < 1].max()) <= 1 / 32_768 + 1e-6
    assert float((layer(torch.eye(64), 2)(x) - x).abs().max()) > 1 / 300
    assert torch.equal(made(x), layer(torch.eye(64), 2, finely=True)(x))


@pytest.mark.parametrize("digits", [1, 2])
def test_rounding_twice_is_rounding_once(digits: int) -> None:
    """A matrix that is rounded already stays as it is; so does one of zeros."""
    once = restored(*quantised(matrix(), digits), 96)
    assert not torch.equal(once, matrix())
    torch.testing.assert_close(restored(*quantised(once, digits), 96), once, atol=1e-6, rtol=1e-6)
    nothing, one = quantised(torch.zeros(2, 3))
    assert not nothing.any()
    assert bool((one == 1).all())


@pytest.mark.parametrize("columns", [1, 32, 4096])
def test_fixed_point_products_are_exact(columns: int) -> None:
    """The sums are those of whole numbers, bit for bit, the largest among them, for any number of rows."""
    made = FixedPointLinear(*fixed_point(matrix(columns=columns)))
    x = 30 * torch.randn(21, columns, generator=torch.Generator().manual_seed(0))
    x[0], x[1] = 128, -128
    whole = (x.clamp(-128, 128) * 4096).round().long()
    sums = torch.stack([(row * made.integers.long()).sum(1) for row in whole])
    want = (sums.double() * (made.scale.double() / 4096)).float()
    assert torch.equal(made(x), want)
    for n in (1, 2, 16):
        assert torch.equal(made(x[:n]), want[:n])
        assert torch.equal(made(x[-n:]), want[-n:])


def test_fixed_point_rounds_finely() -> None:
    """A matrix is off by half a step of 1/32,767 of a row's largest number at most, x by half of 1/4096."""
    fits_by_rows(*fixed_point(LEVELS), torch.int16, 0.51)
    one = FixedPointLinear(*fixed_point(torch.eye(64)))
    x = 2 * torch.randn(3, 64, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(one(x), x, atol=0.5001 / 4096, rtol=1e-6)


def test_a_matrix_without_columns_gives_zeros() -> None:
    """What has no latent code adds nothing."""
    assert torch.equal(FixedPointLinear(*fixed_point(torch.zeros(7, 0)))(torch.zeros(3, 0)), torch.zeros(3, 7))
