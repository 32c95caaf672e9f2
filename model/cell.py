"""What a layer makes of its sums: a new output, and with an LSTM a new memory. Plain code that TorchScript compiles.

Only sigmoids are taken, for threads must not share one (`model.decoder`): tanh(x) is 2 sigmoid(2 x) - 1, and the sums
before a tanh come doubled (`doubling`). Both classes have the same methods and hold nothing.
"""

import torch
from torch import Tensor, nn


class LSTMCell(nn.Module):
    """Gates i, f, g, o, a memory c and an output h (Gers et al., "Learning to Forget", 2000)."""

    def workspace(self, h: Tensor, group: int) -> list[Tensor]:
        """Where steps of outputs h [n, H] work: sums [n, 4 H], and for a block of b rows gates [b, 4 H] and [b, H]."""
        sums = h.new_empty(h.size(0), 4 * h.size(1))
        rows = block(sums, group)
        return [sums, h.new_empty(rows, sums.size(1)), h.new_empty(rows, h.size(1))]

    def step(self, sums: Tensor, h: Tensor, twice_c: Tensor, workspace: list[Tensor]) -> None:
        """The next h and twice c [n, H] in the former's place, from sums [n, 4 H]."""
        rows = workspace[1].size(0)
        for its_sums, its_h, its_c in zip(torch.split(sums, rows), torch.split(h, rows), torch.split(twice_c, rows)):  # noqa: B905 - not in TorchScript
            gates, squashed = workspace[1][: its_h.size(0)], workspace[2][: its_h.size(0)]
            torch.sigmoid(its_sums, out=gates)
            keep, forget, new, out = gates.chunk(4, 1)
            its_c.mul_(forget).addcmul_(keep, new, value=4).sub_(keep, alpha=2)
            torch.sigmoid(its_c, out=squashed)
            torch.addcmul(-out, out, squashed, value=2, out=its_h)


class TanhCell(nn.Module):
    """Output tanh of the sums; the memory stays as it is."""

    def workspace(self, h: Tensor, group: int) -> list[Tensor]:
        """Where steps of outputs h [n, H] work: their sums [n, H], and nothing for a block of b rows [b, 0]."""
        return [torch.empty_like(h), h.new_empty(block(h, group), 0)]

    def step(self, sums: Tensor, h: Tensor, twice_c: Tensor, workspace: list[Tensor]) -> None:  # noqa: ARG002
        """The next h [n, H] in the former's place, from sums [n, H]."""
        rows = workspace[1].size(0)
        for its_sums, its_h in zip(torch.split(sums, rows), torch.split(h, rows)):  # noqa: B905 - not in TorchScript
            torch.sigmoid(its_sums, out=its_h)
            its_h.mul_(2).sub_(1)


def block(numbers: Tensor, group: int) -> int:
    """Rows [n, m] that are computed at once: whole groups, so few that torch does not share them among threads.

    They and what is made of them stay in the processor's cache, too. A device takes all rows at once.
    """
    unshared = 32768  # numbers that torch computes in one thread (at::internal::GRAIN_SIZE)
    if numbers.is_cuda:
        return max(1, numbers.size(0))
    return max(1, unshared // (group * numbers.size(1))) * group


def doubling(sums: int, hidden: int) -> Tensor:
    """What the sums [m] of a layer of `hidden` outputs come times: 2 before a tanh (an LSTM's third gate, or all)."""
    factor = torch.ones(sums)
    new = sums // hidden // 2 * hidden  # where they begin
    factor[new : new + hidden] = 2.0
    return factor


def group_of(hidden: int) -> int:
    """Rows that are computed together: a whole number of groups comes out the same as one of them alone."""
    rows, vector = 1, 32  # numbers that torch's loops take at once, at most
    while rows * hidden % vector != 0:
        rows *= 2
    return rows
