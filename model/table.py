"""Drawings whose states are rows of a table: a turn of some of them is one call.

A thread that decodes may wait for Python after each operation, while an event loop has it; so a turn is one, whichever
drawings take part in it.
"""

from typing import Protocol

import torch
from torch import Tensor, nn

from model.decoder import CHANGING, Decoder
from model.state import State, put, select


class TableModule(Protocol):
    """What `TableDecoder` can do once it is compiled."""

    def draw(
        self,
        table: State,
        places: Tensor,
        temperature: Tensor,
        noise: Tensor,
        until: list[int],
        counts: list[int],
    ) -> Tensor: ...


class TableDecoder(nn.Module):
    """Advances rows of a table, which is a state of as many drawings as have room in it."""

    def __init__(self, decoder: Decoder) -> None:
        """`decoder`: compiled or not; it is the same one, not a copy."""
        super().__init__()
        self.decoder = decoder
        self.changing = CHANGING

    def draw(
        self,
        table: list[Tensor],
        places: Tensor,
        temperature: Tensor,
        noise: Tensor,
        until: list[int],
        counts: list[int],
    ) -> Tensor:
        """The next rows [k, n, 5] of the drawings in some places [n] int64, whose states in the table go on.

        The first `counts[i]` of them, which fall, take the steps up to `until[i]`, which rise to k; what is beyond the
        steps of a drawing is zeros. temperature [n, 2], noise [k, n, 4] as `Decoder.advance` has them.
        """
        state = [part.index_select(0, places) for part in table]
        drawn = noise.new_zeros([noise.size(0), noise.size(1), 5])
        done = 0
        for i, end in enumerate(until):
            n = counts[i]
            going = [part[:n] for part in state]
            rows, state = self.decoder.advance(going, temperature[:n], noise[done:end, :n])
            drawn[done:end, :n] = rows
            stay = counts[i + 1] if i + 1 < len(counts) else 0
            for own, part in zip(table[: self.changing], state[: self.changing]):  # noqa: B905 - TorchScript knows no `strict`
                own.index_copy_(0, places[stay:n], part[stay:n])
            done = end
        return drawn


def sized(like: State, rows: int) -> State:
    """A table of so many rows, for drawings of such a state."""
    return [part.new_zeros(rows, *part.shape[1:]) for part in like]


def moved(table: State, rows: int, places: Tensor) -> State:
    """A table of so many rows, of which the first are those in some places [k] int64 of another, in that order."""
    there = sized(table, rows)
    put(there, torch.arange(len(places), device=places.device), select(table, places))
    return there
