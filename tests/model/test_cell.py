"""What a layer makes of its sums."""

from collections.abc import Iterator

import pytest
import torch

from model.cell import LSTMCell, TanhCell, sigmoid

RNG = torch.Generator().manual_seed(0)


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_an_lstms_turn() -> None:
    """c = f c + i g and h = o tanh(c), with the third sum given twice and c kept twice."""
    cell, sums = LSTMCell(), torch.randn(5, 32, generator=RNG)
    i, f, g, o = sums.chunk(4, 1)
    h, c = torch.empty(5, 8), torch.randn(5, 8, generator=RNG)
    want = f.sigmoid() * c + i.sigmoid() * g.tanh()
    doubled, twice_c = torch.cat([i, f, 2 * g, o], 1), 2 * c
    cell.turn(doubled, h, twice_c, cell.room(h), 4)
    torch.testing.assert_close(twice_c / 2, want)
    torch.testing.assert_close(h, o.sigmoid() * want.tanh())


def test_a_tanhs_turn() -> None:
    """h = tanh of the sum, given twice; the memory stays as it is."""
    cell, sums = TanhCell(), torch.randn(5, 8, generator=RNG)
    h, c = torch.empty(5, 8), torch.randn(5, 8, generator=RNG)
    before = c.clone()
    cell.turn(2 * sums, h, c, cell.room(h), 4)
    torch.testing.assert_close(h, sums.tanh())
    assert torch.equal(c, before)


@pytest.mark.parametrize("rows", [3, 64, 1000])
def test_threads_do_not_change_a_sigmoid(rows: int, two_threads: None) -> None:
    """Large or small, each group of rows comes out as it does alone, bit for bit."""
    numbers = torch.randn(rows, 104, generator=RNG)
    out = torch.empty_like(numbers)
    sigmoid(numbers, out, 4)
    for first in range(0, rows, 4):
        alone = torch.empty_like(numbers[first : first + 4])
        sigmoid(numbers[first : first + 4].clone(), alone, 4)
        assert torch.equal(alone, out[first : first + 4])
