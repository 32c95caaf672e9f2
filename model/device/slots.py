"""What a device holds of n drawings in fixed places, their slots: their state, and what the host says of each.

Each is one tensor whose address never changes, so that a CUDA graph that was captured once reads what is there now.
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.decoder import Decoder
from model.state import State, put, select

SEED, STEP, STOP, LEAST, TEMPERATURE, DRAWN = range(6)  # columns of what the host says; the temperatures share one
COLUMNS = 6
MOST = 64  # rows that a device keeps of each drawing, until the host has them


class Orders:
    """What the host says of n slots: arrays that are written while no call has rows to bring.

    `seed` uint64, `step` the number of the next row, `stop` the number from which on none is drawn, `least` the number
    before which a drawing does not end, `temperature` [n, 2] float32 T_xy and T_p. A free slot stops at once. The
    device counts there, too, how many rows it has drawn since: the host sends 0.
    """

    def __init__(self, slots: int, *, pinned: bool) -> None:
        self.table = torch.zeros(slots, COLUMNS, dtype=torch.long, pin_memory=pinned)
        numbers: NDArray[np.int64] = self.table.numpy()
        self.seed = numbers.view(np.uint64)[:, SEED]
        self.step, self.stop, self.least = numbers[:, STEP], numbers[:, STOP], numbers[:, LEAST]
        self.temperature = numbers.view(np.float32)[:, 2 * TEMPERATURE : 2 * TEMPERATURE + 2]
        self.temperature[:] = 1


class Slots:
    """The state of n drawings (`model.decoder`), and the host's orders as the device has them."""

    def __init__(self, decoder: Decoder, slots: int, device: torch.device) -> None:
        row = torch.zeros(slots, 5, device=device)
        row[:, 2] = 1
        sizes = (decoder.size, decoder.size, decoder.sums, decoder.sampler.groups * 5)
        self.count = slots
        self.state: State = [row, *(torch.zeros(slots, size, device=device) for size in sizes)]
        self.orders = torch.zeros(slots, COLUMNS, dtype=torch.long, device=device)
        self.temperature.fill_(1)
        self.rows = torch.zeros(slots, MOST, 5, device=device)  # that were drawn since the orders came

    @property
    def temperature(self) -> Tensor:
        """T_xy and T_p [n, 2]."""
        return self.orders.view(torch.float32)[:, 2 * TEMPERATURE : 2 * TEMPERATURE + 2]

    def keep(self, rows: Tensor) -> None:
        """Keep the next rows [n, k, 5] of all drawings."""
        places = self.orders[:, DRAWN].unsqueeze(1) + torch.arange(rows.size(1), device=rows.device)
        self.rows.scatter_(1, places.unsqueeze(2).expand_as(rows), rows)
        self.orders[:, DRAWN].add_(rows.size(1))

    def put(self, places: Tensor, state: State) -> None:
        """Let drawings begin or go on in some places [k] int64."""
        put(self.state, places, state)

    def take(self, places: Tensor) -> State:
        """The state of the drawings in some places [k] int64: a copy."""
        return select(self.state, places)
