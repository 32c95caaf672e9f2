"""Drawings of one checkpoint side by side on the device."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from app.engine.belief import beliefs
from app.engine.job import DrawingJob, noise_for
from app.engine.prefix import State, beginning
from app.engine.scheduler import Place
from model.checkpoint import Checkpoint
from model.strokes import Array


class Runner:
    """Decodes the drawings of one group; they join and leave between calls.

    The state of those decoded last lies here, in one batch; that of others that are not gone lies with themselves.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._module = checkpoint.module
        self._device = checkpoint.device
        self._members: list[DrawingJob] = []
        self._state: State | None = None
        self._start = beginning(checkpoint)

    def is_needed(self) -> bool:
        """Whether it holds the state of a drawing that is not gone."""
        return any(member.place is not Place.GONE for member in self._members)

    def advance(self, drawings: Sequence[DrawingJob], steps: int, ready: Callable[[], None]) -> Array:
        """The next rows [steps, n, 5] of these drawings; what follows an end row is end rows.

        `ready` is called before the long call that decodes them, in which Python is free for others.
        """
        if list(drawings) != self._members:
            self._seat(list(drawings))
        assert self._state is not None
        noise = torch.from_numpy(noise_for(drawings, steps))
        temperature = torch.tensor([drawing.temperatures for drawing in drawings], dtype=torch.float32)
        temperature, noise = temperature.to(self._device), noise.to(self._device)
        ready()
        drawn, h, c = self._module.advance(*self._state, temperature, noise)
        self._state = drawn[-1], h, c
        if drawings[0].beliefs is not None:  # and so is everyone's of the group
            self._believe(drawings, h)
        return drawn.cpu().numpy()

    def _believe(self, drawings: Sequence[DrawingJob], h: Tensor) -> None:
        """Note what their newest rows were drawn from."""
        for drawing, belief in zip(drawings, beliefs(self._module, h), strict=True):
            assert drawing.beliefs is not None
            drawing.beliefs.append(belief)

    def _seat(self, drawings: list[DrawingJob]) -> None:
        """Make the batch that of these drawings, in this order; whoever is left out keeps its state.

        Few operations, for each may wait until the event loop has done with Python.
        """
        place = {member: i for i, member in enumerate(self._members)}
        stays = set(drawings)
        for member, i in place.items():
            if member not in stays and member.place is not Place.GONE:
                assert self._state is not None
                row, h, c = self._state
                member.state = row[i : i + 1].clone(), h[i : i + 1].clone(), c[i : i + 1].clone()
        former = [] if self._state is None else [self._state]  # then the start, then what newcomers bring along
        seats, brought = [], []
        for drawing in drawings:
            if drawing in place:
                seats.append(place[drawing])
            elif drawing.state is None:
                seats.append(len(place))
            else:
                brought.append(drawing.state)
                seats.append(len(place) + len(brought))
                drawing.state = None
        states = [*former, self._start, *brought]
        index = torch.tensor(seats, device=self._device)
        row, h, c = (torch.cat(pieces).index_select(0, index) for pieces in zip(*states, strict=True))
        self._state = row, h, c
        self._members = drawings
