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
    ) -> tuple[Tensor, Tensor]: ...
    def raw(self, state: State) -> Tensor: ...
    def heaviest(self, raw: Tensor, most: int) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]: ...


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
    ) -> tuple[Tensor, Tensor]:
        """The next rows [k, n, 5] of the drawings in some places [n] int64, whose states in the table go on.

        The first `counts[i]` of them, which fall, take the steps up to `until[i]`, which rise to k; what is beyond the
        steps of a drawing is zeros. temperature [n, 2], noise [k, n, 4] as `Decoder.advance` has them. With them the
        raw outputs [n, ...] that the rows of step `until[0]` were drawn from: `heaviest` says what they mean.
        """
        state = [part.index_select(0, places) for part in table]
        drawn = noise.new_zeros([noise.size(0), noise.size(1), 5])
        first, done = drawn, 0
        for i, end in enumerate(until):
            n = counts[i]
            if n < state[0].size(0):
                state = [part[:n] for part in state]
            rows, state, raw = self.decoder.steps(state, temperature[:n], noise[done:end, :n])
            drawn[done:end, :n] = rows
            stay = counts[i + 1] if i + 1 < len(counts) else 0
            left, last = places[stay:n], state[: self.changing]
            if stay > 0:
                last = [part[stay:] for part in last]
            for own, part in zip(table[: self.changing], last):  # noqa: B905 - TorchScript knows no `strict`
                own.index_copy_(0, left, part)
            first, done = raw if i == 0 else first, end
        return drawn, first

    def raw(self, state: list[Tensor]) -> Tensor:
        """The raw outputs [n, ...] that the next rows of n drawings are drawn from; it takes most of a step."""
        return self.decoder.raw(state)

    def heaviest(self, raw: Tensor, most: int) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """The k heaviest components, `most` of them or all, of the mixtures that raw outputs [n, ...] mean, in pixels.

        (pi [n, k], which fall; mean [n, k, 2]; sigma [n, k, 2]; rho [n, k]; p [n, 3] of the pen)
        """
        sampler = self.decoder.sampler
        log_pi, log_p = sampler.log_odds(raw)
        log_pi, which = log_pi.topk(min(most, log_pi.size(1)))
        rows = sampler.components(raw).gather(1, which.unsqueeze(2).expand(-1, -1, 5))
        mean, sigma, rho = self.decoder.normals(rows)
        return log_pi.exp_(), mean, sigma, rho, log_p.exp_()


def sized(like: State, rows: int) -> State:
    """A table of so many rows, for drawings of such a state."""
    return [part.new_zeros(rows, *part.shape[1:]) for part in like]


def moved(table: State, rows: int, places: Tensor) -> State:
    """A table of so many rows, of which the first are those in some places [k] int64 of another, in that order."""
    there = sized(table, rows)
    put(there, torch.arange(len(places), device=places.device), select(table, places))
    return there
