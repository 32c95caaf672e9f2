"""Drawings of one checkpoint side by side on the device."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from app.belief import beliefs
from app.decoding import Decoding
from app.prefix import State
from app.scheduler import Place
from model.checkpoint import Checkpoint
from model.strokes import START_ROW, Array


class Runner:
    """Decodes the drawings of one group; they join and leave between calls.

    The state of those decoded last lies here, in one batch; that of others that are not gone lies with themselves.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._module = checkpoint.module
        self._device = checkpoint.device
        self._members: list[Decoding] = []
        self._state: State | None = None

    def is_needed(self) -> bool:
        """Whether it holds the state of a drawing that is not gone."""
        return any(member.place is not Place.GONE for member in self._members)

    def advance(self, drawings: Sequence[Decoding], steps: int) -> Array:
        """The next rows [steps, n, 5] of these drawings; what follows an end row is end rows."""
        if list(drawings) != self._members:
            self._seat(list(drawings))
        assert self._state is not None
        noise = np.stack([drawing.noise(steps) for drawing in drawings], axis=1)
        temperature = torch.tensor([drawing.temperatures for drawing in drawings], dtype=torch.float32)
        drawn, h, c = self._module.advance(
            *self._state, temperature.to(self._device), torch.from_numpy(noise).to(self._device)
        )
        self._state = drawn[-1], h, c
        if drawings[0].beliefs is not None:  # and so is everyone's of the group
            self._believe(drawings, h)
        return drawn.cpu().numpy()

    def _believe(self, drawings: Sequence[Decoding], h: Tensor) -> None:
        """Note what their newest rows were drawn from."""
        for drawing, belief in zip(drawings, beliefs(self._module, h), strict=True):
            assert drawing.beliefs is not None
            drawing.beliefs.append(belief)

    def _seat(self, drawings: list[Decoding]) -> None:
        """Make the batch that of these drawings, in this order; whoever is left out keeps its state."""
        place = {member: i for i, member in enumerate(self._members)}
        stays = set(drawings)
        for member, i in place.items():
            if member not in stays and member.place is not Place.GONE:
                assert self._state is not None
                row, h, c = self._state
                member.state = row[i : i + 1].clone(), h[i : i + 1].clone(), c[i : i + 1].clone()
        order = [place.get(drawing, -1) for drawing in drawings]
        joiners = [drawing for drawing, at in zip(drawings, order, strict=True) if at < 0]
        parts = [self._kept([at for at in order if at >= 0]), self._fresh(joiners)]
        seats = sorted(range(len(drawings)), key=lambda i: order[i] < 0)  # of the parts, one after the other
        back = torch.tensor(np.argsort(seats), device=self._device)
        row, h, c = (torch.cat(pieces).index_select(0, back) for pieces in zip(*filter(None, parts), strict=True))
        self._state = row, h, c
        self._members = drawings
        for drawing in joiners:
            drawing.state = None

    def _kept(self, at: list[int]) -> State | None:
        if not at:
            return None
        assert self._state is not None
        index = torch.tensor(at, device=self._device)
        row, h, c = (tensor.index_select(0, index) for tensor in self._state)
        return row, h, c

    def _fresh(self, joiners: Sequence[Decoding]) -> State | None:
        """The state of those who join: their own, or that before the start token."""
        if not joiners:
            return None
        h, c = (tensor.clone() for tensor in self._module.start(len(joiners)))  # it may be the weights' own
        row = torch.from_numpy(START_ROW).to(self._device).repeat(len(joiners), 1)
        for i, drawing in enumerate(joiners):
            if drawing.state is not None:
                row[i], h[i], c[i] = (tensor[0] for tensor in drawing.state)
        return row, h, c
