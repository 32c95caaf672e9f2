"""The product in eight bits: whole numbers, exact by whichever library."""

import pytest
import torch
from torch import Tensor

from model.checkpoint import packs
from model.product import FloatProduct, Int8Product, restored, rounded

needs_packing = pytest.mark.skipif(not packs(), reason="this build of torch has no library to pack for")
MANY = Int8Product.many
SIZES = (1, 2, 7, MANY - 1, MANY, 65)


def matrix(rows: int = 96, columns: int = 64, seed: int = 0) -> Tensor:
    return torch.randn(rows, columns, generator=torch.Generator().manual_seed(seed))


def outputs(n: int, columns: int = 64) -> Tensor:
    """What layers put out: in -1..1, the ends among them, many near 0, and some where rounding is undecided."""
    x = torch.randn(n, columns, generator=torch.Generator().manual_seed(n)).tanh() ** 3
    x[0, :4] = torch.tensor([1.0, -1.0, 0.5 / 128, 1.5 / 128])
    return x


def matrix_of(product: Int8Product) -> Tensor:
    return restored({f"head.{name}": buffer for name, buffer in product.named_buffers()}, "head", 96)


def exact(product: Int8Product, x: Tensor) -> Tensor:
    """By its definition, in whole numbers of 64 bits."""
    steps = (x.float() * 128 + 128).round().clamp(0, 255).long() - 128
    sums = (steps.unsqueeze(1) * product.integers.long()).sum(-1)
    return sums.float() * (product.scale / 128)


def overflowing() -> Tensor:
    """A matrix whose products of eight bits fit into no 16, as processors without VNNI would have them."""
    return torch.ones(96, 64)


@pytest.mark.parametrize("n", SIZES)
def test_plain_products_are_exact(n: int) -> None:
    """Without packing the sums are those of whole numbers, bit for bit."""
    product, x = Int8Product(matrix()), outputs(n)
    assert torch.equal(product(x), exact(product, x))


@needs_packing
@pytest.mark.parametrize("given", [matrix(), overflowing()], ids=["random", "overflowing"])
@pytest.mark.parametrize("n", SIZES)
def test_packed_products_are_exact(n: int, given: Tensor) -> None:
    """So are they by each library, for few rows and for many."""
    product, x = Int8Product(given), outputs(n)
    want = product(x)
    there = torch.randn(n, 96, generator=torch.Generator().manual_seed(1))
    assert torch.equal(product.add_to(there.clone(), x), there + want)
    assert product.pack()
    assert torch.equal(product(x), want)
    assert torch.equal(want, exact(product, x))
    assert torch.equal(product.add_to(there.clone(), x), there + want)


@needs_packing
@pytest.mark.parametrize("n", SIZES)
def test_halves_are_exact(n: int) -> None:
    """What takes their place on processors whose products of eight bits overflow gives the same bits."""
    product, x = Int8Product(matrix()), outputs(n)
    want = product(x)
    product.pack()
    product.narrow, product.wide = None, None
    product.halves = torch.ops.quantized.linear_prepack_fp16(product.integers.float(), None)
    assert torch.equal(product(x), want)


@needs_packing
def test_a_form_that_is_not_exact_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """A library whose sums are wrong here gives way to one whose sums are right."""
    product, x = Int8Product(overflowing()), outputs(MANY)
    want = product(x)
    prepack = torch.ops.onednn.qlinear_prepack
    monkeypatch.setattr(torch.ops.onednn, "qlinear_prepack", lambda weight, shape: prepack(weight - 1, shape))
    short = product.integers - 1
    wrong = torch._make_per_channel_quantized_tensor(short, product.scale.double(), product.no_offset, 0)
    monkeypatch.setattr(torch, "_make_per_channel_quantized_tensor", lambda *_: wrong)
    assert product.pack()
    assert product.narrow is None
    assert product.wide is None
    for some in (x, x[:1]):
        assert torch.equal(product(some), want[: len(some)])


@needs_packing
def test_packing_takes_the_plain_matrix_place() -> None:
    """It frees what it replaces, may be asked for again, and leaves what is stored alone."""
    product = Int8Product(matrix())
    stored = product.integers.clone()
    assert product.pack()
    assert product.pack()
    assert product.plain.numel() == 0
    assert torch.equal(product.integers, stored)


def test_the_state_is_whole() -> None:
    """A state brought back gives the same product."""
    first, second = Int8Product(matrix(seed=1)), Int8Product(matrix(seed=2))
    second.__setstate__(first.__getstate__())
    assert torch.equal(second(outputs(3)), first(outputs(3)))
    for (name, one), (other_name, other) in zip(first.named_buffers(), second.named_buffers(), strict=True):
        assert name == other_name
        assert torch.equal(one, other), name


def test_rounding_is_by_rows() -> None:
    """Each row has the finest scale that holds it, and is off by half a step of it at most."""
    given = matrix() * torch.logspace(-3, 3, 96).unsqueeze(1)
    integers, scale = rounded(given)
    assert integers.dtype == torch.int8
    assert int(integers.abs().amax(1).min()) == int(integers.abs().max()) == 127
    assert bool(((integers * scale.unsqueeze(1) - given).abs() <= 0.5001 * scale.unsqueeze(1)).all())


def test_two_digits_are_sixteen_bits() -> None:
    """The second says what the first leaves: the product is that of a matrix 250 times as fine."""
    given, x = matrix(), outputs(5)
    product = Int8Product(given, digits=2)
    again = matrix_of(product)
    step = given.abs().amax(1, keepdim=True) / 127
    assert bool(((again - given).abs() <= step / 500).all())
    read = (x * 128 + 128).round().clamp(0, 255) / 128 - 1
    torch.testing.assert_close(product(x), read @ again.t(), atol=1e-5, rtol=1e-5)


@pytest.mark.parametrize("packed", [False, pytest.param(True, marks=needs_packing)])
@pytest.mark.parametrize("n", [3, 65])
def test_a_fine_reading_is_128_times_as_fine(n: int, packed: bool) -> None:
    """Read finely, x is off by 1/32,768, by twice that at 1, at most; the sums are the same once packed."""
    product, x = Int8Product(torch.eye(64), digits=2, finely=True), outputs(n)
    plain = product(x)
    off = (plain - x).abs()
    assert float(off.max()) <= 1 / 16_384 + 1e-6
    assert float(off[x < 1].max()) <= 1 / 32_768 + 1e-6
    assert float((Int8Product(torch.eye(64), digits=2)(x) - x).abs().max()) > 1 / 300
    if packed:
        product.pack()
    assert torch.equal(product(x), plain)


@pytest.mark.parametrize("digits", [1, 2])
def test_rounding_twice_is_rounding_once(digits: int) -> None:
    """A matrix that is rounded already stays as it is; so does one of zeros."""
    once = matrix_of(Int8Product(matrix(), digits))
    assert not torch.equal(once, matrix())
    torch.testing.assert_close(matrix_of(Int8Product(once, digits)), once, atol=1e-6, rtol=1e-6)
    nothing, one = rounded(torch.zeros(2, 3))
    assert not nothing.any()
    assert bool((one == 1).all())


def test_float_products_are_plain() -> None:
    """In float32 nothing is rounded and nothing packed."""
    product, x = FloatProduct(matrix()), outputs(5)
    assert not product.pack()
    assert torch.equal(product(x), x @ matrix().t())
    assert torch.equal(product.add_to(torch.ones(5, 96), x), 1 + x @ matrix().t())
