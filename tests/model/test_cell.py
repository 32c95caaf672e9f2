"""What a layer makes of its sums."""

from collections.abc import Iterator

import pytest
import torch
from torch import Tensor

from model.cell import LSTMCell, TanhCell, block, doubling, group_of

RNG = torch.Generator().manual_seed(0)


@pytest.fixture
def two_threads() -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def step(cell: LSTMCell | TanhCell, sums: Tensor, h: Tensor, twice_c: Tensor, group: int) -> None:
    """The step of these sums."""
    workspace, blocks = cell.workspace(h, twice_c, group)
    workspace.copy_(sums)
    cell.step(blocks)


def test_an_lstms_step() -> None:
    """c = f c + i g and h = o tanh(c), with the third sum given twice and c kept twice."""
    cell, sums = LSTMCell(), torch.randn(8, 32, generator=RNG)
    i, f, g, o = sums.chunk(4, 1)
    h, c = torch.empty(8, 8), torch.randn(8, 8, generator=RNG)
    want = f.sigmoid() * c + i.sigmoid() * g.tanh()
    doubled, twice_c = sums * doubling(32, 8), 2 * c
    assert torch.equal(doubled, torch.cat([i, f, 2 * g, o], 1))
    step(cell, doubled, h, twice_c, 4)
    torch.testing.assert_close(twice_c / 2, want)
    torch.testing.assert_close(h, o.sigmoid() * want.tanh())


def test_a_tanhs_step() -> None:
    """h = tanh of the sum, given twice; the memory stays as it is."""
    cell, sums = TanhCell(), torch.randn(8, 8, generator=RNG)
    h, c = torch.empty(8, 8), torch.randn(8, 8, generator=RNG)
    before = c.clone()
    step(cell, sums * doubling(8, 8), h, c, 4)
    torch.testing.assert_close(h, sums.tanh())
    assert torch.equal(c, before)


@pytest.mark.parametrize("cell", [LSTMCell(), TanhCell()], ids=["lstm", "tanh"])
@pytest.mark.parametrize("hidden", [12, 104])
@pytest.mark.parametrize("groups", [1, 16, 250])
def test_threads_do_not_change_a_step(cell: LSTMCell | TanhCell, hidden: int, groups: int, two_threads: None) -> None:
    """However many they are, the rows of each group come out as they do alone, bit for bit."""
    group = group_of(hidden)
    h = torch.randn(groups * group, hidden, generator=RNG)
    twice_c = torch.randn_like(h)
    sums = torch.randn(cell.workspace(h, twice_c, group)[0].shape, generator=RNG)
    before_c = twice_c.clone()
    step(cell, sums, h, twice_c, group)
    for first in range(0, len(h), group):
        at = slice(first, first + group)
        one_h, one_c = torch.empty(group, hidden), before_c[at].clone()
        step(cell, sums[at], one_h, one_c, group)
        assert torch.equal(one_h, h[at])
        assert torch.equal(one_c, twice_c[at])


@pytest.mark.parametrize(("hidden", "rows"), [(512, 1), (128, 1), (16, 2), (12, 8), (10, 16)])
def test_groups_fill_vectors(hidden: int, rows: int) -> None:
    """A group has as many rows as fill the processor's vectors."""
    assert group_of(hidden) == rows


@pytest.mark.parametrize("hidden", [10, 128, 1024, 40_000])
def test_blocks_are_whole_groups(hidden: int) -> None:
    """A block is of whole groups, one at least, and of no more numbers than one thread computes where it can be."""
    group = group_of(hidden)
    rows = block(torch.empty(1, 4 * hidden), group)
    assert rows % group == 0
    assert rows == group or rows * 4 * hidden <= 32768
