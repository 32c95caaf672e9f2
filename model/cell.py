"""What a layer makes of its sums: a new output, and with an LSTM a new memory. Plain code that TorchScript compiles.

Only sigmoids are taken, for threads must not share one (`model.decoder`): tanh(x) is 2 sigmoid(2 x) - 1, and the sums
before a tanh come twice (`model.decoder`). Both classes have the same methods and hold nothing.
"""

import torch
from torch import Tensor, nn


class LSTMCell(nn.Module):
    """Gates i, f, g, o, a memory c and an output h (Gers et al., "Learning to Forget", 2000)."""

    def room(self, h: Tensor) -> list[Tensor]:
        """Where steps of outputs h [n, H] work: gates [n, 4 H], each of the four, and one more [n, H]."""
        gates = h.new_empty(h.size(0), 4 * h.size(1))
        return [gates] + list(gates.chunk(4, 1)) + [torch.empty_like(h)]  # noqa: RUF005 - TorchScript knows no other way

    def turn(self, sums: Tensor, h: Tensor, twice_c: Tensor, room: list[Tensor], group: int) -> None:
        """The next h and twice c [n, H] in the former's place, from sums [n, 4 H]."""
        sigmoid(sums, room[0], group)
        keep, forget, new, out, squashed = room[1], room[2], room[3], room[4], room[5]
        twice_c.mul_(forget).addcmul_(keep, new, value=4).sub_(keep, alpha=2)
        sigmoid(twice_c, squashed, group)
        torch.addcmul(-out, out, squashed, value=2, out=h)


class TanhCell(nn.Module):
    """Output tanh of the sums; the memory stays as it is."""

    def room(self, h: Tensor) -> list[Tensor]:
        """Where steps of outputs h [n, H] work."""
        return [torch.empty_like(h)]

    def turn(self, sums: Tensor, h: Tensor, twice_c: Tensor, room: list[Tensor], group: int) -> None:  # noqa: ARG002
        """The next h [n, H] in the former's place, from sums [n, H]."""
        sigmoid(sums, room[0], group)
        torch.mul(room[0], 2, out=h)
        h.sub_(1)


def sigmoid(numbers: Tensor, out: Tensor, group: int) -> None:
    """Sigmoids of [n, m], in parts of whole groups of rows so small that torch does not share one among threads."""
    unshared = 32768  # numbers that torch computes in one thread (at::internal::GRAIN_SIZE)
    if numbers.numel() <= unshared or numbers.is_cuda:
        torch.sigmoid(numbers, out=out)
    else:
        rows = max(1, unshared // (group * numbers.size(1))) * group
        for part, its in zip(torch.split(numbers, rows), torch.split(out, rows)):  # noqa: B905 - not in TorchScript
            torch.sigmoid(part, out=its)
