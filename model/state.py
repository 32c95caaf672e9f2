"""The state of drawings as everyone but the network handles it: whole, by the number of the drawing.

A state is a list of tensors, first dimension n; what they are is `model.decoder`'s own affair.
"""

from collections.abc import Sequence

import torch
from torch import Tensor

State = list[Tensor]

SHARING = 16  # drawings apart whose memory is one: what the last of them may hold, for an operation for each


def room_for(drawings: int, fewest: int) -> int:
    """Rows for so many drawings, at least `fewest`: a power of two, so that tables seldom grow."""
    return max(fewest, 1 << (drawings - 1).bit_length())


def join(states: Sequence[State]) -> State:
    """One state of all drawings of some, in that order."""
    return [torch.cat(parts) for parts in zip(*states, strict=True)]


def select(state: State, which: Tensor) -> State:
    """The state of drawings `which` [k] int64, in that order; one may come several times."""
    return [part.index_select(0, which) for part in state]


def put(state: State, which: Tensor, part: State) -> None:
    """Make the state of drawings `which` [k] int64, each of them once, that of the drawings of another, in place."""
    for own, its in zip(state, part, strict=True):
        own.index_copy_(0, which, its)


def apart(state: State, which: Sequence[int]) -> list[State]:
    """The state of each of some drawings by itself, in that order.

    Few operations, whatever their number: a thread that decodes may wait for Python after each. `SHARING` of them are
    views of one copy, which stays while any of them does.
    """
    device = state[0].device
    alone = list[State]()
    for begin in range(0, len(which), SHARING):
        some = select(state, torch.tensor(which[begin : begin + SHARING], device=device))
        alone += map(list, zip(*(part.chunk(part.size(0)) for part in some), strict=True))
    return alone
