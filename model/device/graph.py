"""A network on a device, decoding in fixed slots: a CUDA graph for each number of slots and of steps a call.

    decoder = decoders_of(checkpoint).of(512)
    decoder.put([0, 1], checkpoint.begin([0, 0]))           # drawings join
    decoder.orders.seed[:2], decoder.orders.stop[:2] = 7, 1000
    rows = decoder.draw(40).rows()                          # [512, 40, 5] on the host; those of free slots mean nothing

Without CUDA the same operations are done one by one, which is how they are tested.
"""

import logging
from collections.abc import Sequence
from typing import Any, Protocol
from weakref import WeakKeyDictionary

import torch
from torch import Tensor

from model.checkpoint import Checkpoint, CheckpointModule
from model.decoder import Decoder
from model.device.compiled import WARP, CudaKernels, definitions, sizes_of
from model.device.fused import FusedStep, draw_alike
from model.device.slots import MOST, Orders, Slots
from model.device.step import Step
from model.state import State, room_for
from model.strokes import Array

CALLS = (16, 4, 1)  # steps of a call; a turn takes as few calls as it can
FEWEST = 64  # slots: fewer take a device as long
WARM = (64, 128, 256, 512)  # slots that are captured before anybody draws
TRIED = 8  # drawings on which kernels are tried

log = logging.getLogger(__name__)


class Steps(Protocol):
    """What takes the steps of one network on one device."""

    decoder: Decoder
    device: torch.device

    def take(self, slots: Slots, steps: int) -> None:
        """See `Step.take`."""


def step_of(checkpoint: Checkpoint) -> Steps:
    """The steps of a loaded network on its device, of the weights that its file holds."""
    device = checkpoint.device
    weights = {name: tensor.to(device) for name, tensor in checkpoint.module.named_buffers()}
    decoder = Decoder(weights)
    decoder.pack(fast=False)
    step = Step(decoder, device)
    if device.type != "cuda":
        return step
    try:
        fused = FusedStep(decoder, device, CudaKernels(definitions(sizes_of(decoder), WARP), device))
        if draw_alike(fused, step, checkpoint.begin([0] * TRIED)):
            return fused
        log.warning("a step takes many kernels instead of a few, which draw something else on this card")
    except (ImportError, RuntimeError):
        log.warning("a step takes many kernels instead of a few, which cannot be compiled", exc_info=True)
    return step


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

    def __init__(self, rows: Tensor, arrived: torch.cuda.Event | None) -> None:
        """`rows` [n, k, 5] on the host, complete once `arrived`."""
        self._rows = rows
        self._arrived = arrived

    def rows(self) -> Array:
        """Rows [n, k, 5], once they are all there; Python is free for others until then. The next draw writes there."""
        if self._arrived is not None:
            self._arrived.synchronize()
        return self._rows.numpy()


class GraphDecoder:
    """n drawings of one network in fixed slots.

    `orders` is what the host says of each; it is sent with each `draw`, and may be changed again when its rows are
    there.
    """

    def __init__(self, step: Steps, slots: int) -> None:
        self.slots = slots
        self._step = step
        self._device = step.device
        self._on_cuda = self._device.type == "cuda"
        self._slots = Slots(step.decoder, slots, self._device)
        self._graphs: dict[int, torch.cuda.CUDAGraph] = {}
        self._pool: Any = None  # of the memory that graphs work in: one at a time, so they share it
        self._host = torch.empty(slots * MOST * 5, pin_memory=self._on_cuda)
        self.orders = Orders(slots, pinned=self._on_cuda)

    def put(self, places: Sequence[int], state: State) -> None:
        """Let the drawings of a state begin or go on in these slots."""
        self._slots.put(self._places(places), state)

    def take(self, places: Sequence[int]) -> State:
        """The state of the drawings in these slots, apart from them from now on."""
        return self._slots.take(self._places(places))

    @torch.inference_mode()
    def warm_up(self) -> None:
        """Capture every graph, so that no drawing waits for one."""
        if self._on_cuda:
            for steps in CALLS:
                self._graph(steps)

    @torch.inference_mode()
    def draw(self, steps: int) -> Drawn:
        """Begin the next steps of all drawings, at most `MOST`, by the orders as they are now."""
        assert steps <= MOST
        self._slots.orders.copy_(self.orders.table, non_blocking=True)
        for part in calls(steps):
            if self._on_cuda:
                self._graph(part).replay()
            else:
                self._step.take(self._slots, part)
        rows = self._host[: self.slots * steps * 5].view(self.slots, steps, 5)
        rows.copy_(self._slots.rows[:, :steps].contiguous(), non_blocking=True)
        return Drawn(rows, torch.cuda.current_stream(self._device).record_event() if self._on_cuda else None)

    def _graph(self, steps: int) -> torch.cuda.CUDAGraph:
        """The graph of a call, captured at its first use."""
        if steps not in self._graphs:
            self._rehearse(steps)
            graph = torch.cuda.CUDAGraph()
            self._pool = self._pool or torch.cuda.graph_pool_handle()
            with torch.cuda.graph(graph, pool=self._pool, capture_error_mode="thread_local"):
                self._step.take(self._slots, steps)
            self._graphs[steps] = graph
        return self._graphs[steps]

    def _rehearse(self, steps: int) -> None:
        """Take the steps as they are before they are captured, for libraries set themselves up at their first call."""
        held = (*self._slots.state, self._slots.orders)
        before = [part.clone() for part in held]
        stream = torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(self._device))
        with torch.cuda.stream(stream):
            self._step.take(self._slots, steps)
        torch.cuda.current_stream(self._device).wait_stream(stream)
        for part, its in zip(held, before, strict=True):
            part.copy_(its)

    def _places(self, places: Sequence[int]) -> Tensor:
        return torch.tensor(places, dtype=torch.long).to(self._device)


class Decoders:
    """Those of one network, by number of slots: kernels are compiled and graphs captured once, whoever comes and goes.

    A decoder is for one who draws at a time; what others left in its slots stops at once.
    """

    def __init__(self, checkpoint: Checkpoint) -> None:
        self._step = step_of(checkpoint)
        self._by_slots: dict[int, GraphDecoder] = {}

    @property
    def is_fused(self) -> bool:
        """Whether a step takes a few kernels of our own; else it takes many of PyTorch's, and the log said why."""
        return isinstance(self._step, FusedStep)

    def warm_up(self) -> None:
        """Capture what most turns need, so that none waits for it; turns of more drawings capture at first."""
        for slots in WARM:
            self.of(slots).warm_up()

    def of(self, slots: int) -> GraphDecoder:
        """The one of so many slots."""
        if slots not in self._by_slots:
            self._by_slots[slots] = GraphDecoder(self._step, slots)
        return self._by_slots[slots]


_decoders: WeakKeyDictionary[CheckpointModule, Decoders] = WeakKeyDictionary()


def decoders_of(checkpoint: Checkpoint) -> Decoders:
    """The decoders of a loaded network, which live as long as it is loaded."""
    found = _decoders.get(checkpoint.module)
    if found is None:
        found = _decoders[checkpoint.module] = Decoders(checkpoint)
    return found


def forget(checkpoint: Checkpoint) -> None:
    """Make the decoders of a network anew for the next who draws: these failed."""
    _decoders.pop(checkpoint.module, None)
