"""The part of a drawing that is given: the network reads it before it goes on."""

import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.strokes import START_ROW, Array

State = tuple[Tensor, Tensor, Tensor]  # last row [n, 5], h [n, H], c [n, H]: all that a drawing is, so far


def beginning(checkpoint: Checkpoint) -> State:
    """A drawing before its start token."""
    return (torch.from_numpy(START_ROW)[None].to(checkpoint.device), *checkpoint.module.start(1))


class Prefix:
    """Given rows [m, 5] without an end row, and how far the network has read them.

    Drawings that go on from the same rows share one, so it is read once.
    """

    def __init__(self, checkpoint: Checkpoint, rows: Array) -> None:
        assert len(rows)
        self.checkpoint = checkpoint
        self.rows = rows
        self._read = 0
        self._state: State | None = None

    @property
    def left(self) -> int:
        """Steps until it is read."""
        return len(self.rows) - self._read

    def read(self, steps: int) -> None:
        """Let the network read on, so many steps at most."""
        module, device = self.checkpoint.module, self.checkpoint.device
        if self._state is None:
            self._state = beginning(self.checkpoint)
        row, h, c = self._state
        zeros = torch.zeros(1, 4, device=device)  # what is drawn here is dropped: the next row is known
        for given in torch.from_numpy(self.rows[self._read : self._read + steps]).to(device):
            _, h, c = module.step(row, h, c, zeros[:, :2], zeros)
            row = given[None]
        self._read = min(self._read + steps, len(self.rows))
        self._state = row, h, c

    def state(self) -> State:
        """What the network goes on from, once all is read."""
        assert self._state is not None
        assert not self.left
        return self._state
