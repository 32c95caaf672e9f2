"""What a layer makes of its sums: a new output, and with an LSTM a new memory. Plain code that TorchScript compiles.

Only sigmoids are taken, for threads must not share one (`model.decoder`): tanh(x) is 2 sigmoid(2 x) - 1, and the sums
before a tanh come doubled (`doubling`). Both classes have the same methods and hold nothing.
"""

import torch
from torch import Tensor, nn


class LSTMCell(nn.Module):
    """Gates i, f, g, o, a memory c and an output h (Gers et al., "Learning to Forget", 2000)."""

    def workspace(self, h: Tensor, twice_c: Tensor, group: int) -> tuple[Tensor, list[Tensor]]:
        """Where steps of h and twice c [n, H] work: (sums [n, 4 H], what `step` takes of each block of rows).

        Taking parts of tensors costs a small batch as much as computing with them, so it is done once for all steps.
        """
        sums = h.new_empty(h.size(0), 4 * h.size(1))
        rows = block(sums, group)
        squashed = h.new_empty(rows, h.size(1))
        blocks: list[Tensor] = []
        for its_sums, its_h, its_c in zip(torch.split(sums, rows), torch.split(h, rows), torch.split(twice_c, rows)):  # noqa: B905 - not in TorchScript
            keep, forget, new, out = its_sums.chunk(4, 1)
            blocks += [its_sums, keep, forget, new, out, squashed[: its_h.size(0)], its_h, its_c]
        return sums, blocks

    def step(self, blocks: list[Tensor]) -> None:
        """The next h and twice c in the former's place, from sums that it uses up."""
        for i in range(0, len(blocks), 8):
            keep, forget, new, out = blocks[i + 1], blocks[i + 2], blocks[i + 3], blocks[i + 4]
            squashed, h, twice_c = blocks[i + 5], blocks[i + 6], blocks[i + 7]
            blocks[i].sigmoid_()
            twice_c.mul_(forget).addcmul_(keep, new, value=4).sub_(keep, alpha=2)
            torch.sigmoid(twice_c, out=squashed)
            torch.neg(out, out=h)
            h.addcmul_(out, squashed, value=2)


class TanhCell(nn.Module):
    """Output tanh of the sums; the memory stays as it is."""

    def workspace(self, h: Tensor, twice_c: Tensor, group: int) -> tuple[Tensor, list[Tensor]]:  # noqa: ARG002
        """Where steps of h [n, H] work: (sums [n, H], what `step` takes of each block of rows)."""
        sums = torch.empty_like(h)
        rows = block(sums, group)
        blocks: list[Tensor] = []
        for its_sums, its_h in zip(torch.split(sums, rows), torch.split(h, rows)):  # noqa: B905 - not in TorchScript
            blocks += [its_sums, its_h]
        return sums, blocks

    def step(self, blocks: list[Tensor]) -> None:
        """The next h in the former's place, from sums."""
        for i in range(0, len(blocks), 2):
            h = blocks[i + 1]
            torch.sigmoid(blocks[i], out=h)
            h.mul_(2).sub_(1)


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
