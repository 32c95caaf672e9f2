"""A network on a device, decoding in fixed slots: a CUDA graph for each number of slots and of steps a call.

    decoder = GraphDecoder(step_of(checkpoint), slots=512)
    decoder.put([0, 1], checkpoint.begin([0, 0]))           # drawings join
    decoder.orders.seed[:2], decoder.orders.stop[:2] = 7, 1000
    rows = decoder.draw(40).rows()                          # [512, 40, 5] on the host; those of free slots mean nothing

Without CUDA the same operations are done one by one, which is how they are tested.
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from model.checkpoint import Checkpoint
from model.decoder import Decoder
from model.device.slots import Orders, Slots
from model.device.step import Step
from model.state import State, room_for
from model.strokes import Array

CALLS = (16, 4, 1)  # steps of a call; a turn takes as few calls as it can
FEWEST = 8  # slots: fewer take a device as long


def step_of(checkpoint: Checkpoint) -> Step:
    """The steps of a loaded network on its device, of the weights that its file holds."""
    weights = {name: tensor.to(checkpoint.device) for name, tensor in checkpoint.module.named_buffers()}
    decoder = Decoder(weights)
    decoder.pack(fast=False)
    return Step(decoder, checkpoint.device)


def calls(steps: int) -> list[int]:
    """Calls that make at least so many steps, and less than a call more."""
    whole, left = divmod(steps, CALLS[0])
    rest = [size for size in reversed(CALLS) if size >= left][:1] if left else []
    return [CALLS[0]] * whole + rest


def enough(drawings: int) -> int:
    """Slots for so many drawings: a power of two."""
    return room_for(drawings, FEWEST)


class Drawn:
    """Rows that are on their way from a device."""

    def __init__(self, parts: Sequence[Tensor], steps: int, arrived: torch.cuda.Event | None) -> None:
        """`parts` [n, k, 5] on the host, one for each call, complete once `arrived`."""
        self._parts = parts
        self._steps = steps
        self._arrived = arrived

    def rows(self) -> Array:
        """Rows [n, steps, 5], once they are all there; Python is free for others until then."""
        if self._arrived is not None:
            self._arrived.synchronize()
        parts = [part.numpy() for part in self._parts]
        return (parts[0] if len(parts) == 1 else np.concatenate(parts, 1))[:, : self._steps]


class GraphDecoder:
    """n drawings of one network in fixed slots.

    `orders` is what the host says of each; it is sent with each `draw`, and may be changed again when its rows are
    there.
    """

    def __init__(self, step: Step, slots: int) -> None:
        self.slots = slots
        self._step = step
        self._device = step.device
        on_cuda = self._device.type == "cuda"
        self._copies = _stream(self._device) if on_cuda else None  # of rows to the host
        self._slots = Slots(step.decoder, slots, CALLS[0], self._device)
        self._graphs: dict[tuple[int, bool], torch.cuda.CUDAGraph] = {}
        self.orders = Orders(slots, pinned=on_cuda)

    def put(self, places: Sequence[int], state: State) -> None:
        """Let the drawings of a state begin or go on in these slots."""
        self._slots.put(self._places(places), state)

    def take(self, places: Sequence[int]) -> State:
        """The state of the drawings in these slots, apart from them from now on."""
        return self._slots.take(self._places(places))

    @torch.inference_mode()
    def warm_up(self) -> None:
        """Capture every graph, so that no drawing waits for one."""
        if self._copies is not None:
            for steps in CALLS:
                for careful in (False, True):
                    self._graph(steps, careful=careful)

    @torch.inference_mode()
    def draw(self, steps: int, *, careful: bool = False) -> Drawn:
        """Begin the next steps of all drawings, by the orders as they are now.

        `careful`: some drawing stops before, or may not end yet; else those two orders may not be heeded.
        """
        parts = calls(steps)
        self._slots.orders.copy_(self.orders.table, non_blocking=True)
        rows = [self._call(part, careful=careful or sum(parts) > steps) for part in parts]
        return Drawn(rows, steps, self._copies.record_event() if self._copies is not None else None)

    def _call(self, steps: int, *, careful: bool) -> Tensor:
        """One call: its rows [n, steps, 5], which come to the host while the next call runs."""
        if self._copies is None:
            self._step.take(self._slots, steps, careful=careful)
            return self._slots.rows[:, :steps].clone()
        self._graph(steps, careful=careful).replay()
        drawn = self._slots.rows[:, :steps].clone()
        host = torch.empty(drawn.shape, pin_memory=True)
        self._copies.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(self._copies):
            host.copy_(drawn, non_blocking=True)
        drawn.record_stream(self._copies)
        return host

    def _graph(self, steps: int, *, careful: bool) -> torch.cuda.CUDAGraph:
        """The graph of a call, captured at its first use."""
        key = (steps, careful)
        if key not in self._graphs:
            self._rehearse(steps, careful=careful)
            graph = torch.cuda.CUDAGraph()
            with torch.cuda.graph(graph, pool=self._step.pool(), capture_error_mode="thread_local"):
                self._step.take(self._slots, steps, careful=careful)
            self._graphs[key] = graph
        return self._graphs[key]

    def _rehearse(self, steps: int, *, careful: bool) -> None:
        """Take the steps as they are before they are captured, for libraries set themselves up at their first call."""
        held = (*self._slots.state, self._slots.orders)
        before = [part.clone() for part in held]
        stream = _stream(self._device)
        stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(stream):
            self._step.take(self._slots, steps, careful=careful)
        torch.cuda.current_stream(self._device).wait_stream(stream)
        for part, its in zip(held, before, strict=True):
            part.copy_(its)

    def _places(self, places: Sequence[int]) -> Tensor:
        return torch.tensor(places, dtype=torch.long).to(self._device)


def _stream(device: torch.device) -> torch.cuda.Stream:
    return torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
