"""What a device holds of drawings, and what the host says of them."""

import numpy as np
import torch

from model.device.slots import Orders, Slots
from tests.model import samples
from tests.model.device.test_step import CPU, N, packed


def test_orders_are_one_table() -> None:
    """What numpy writes in any of them is in the table that is sent, each number by itself."""
    orders, other = Orders(N, pinned=False), Orders(N, pinned=False)
    orders.seed[3], orders.step[:], orders.stop[1], orders.least[2] = 2**64 - 1, range(N), 2**40, 7
    orders.temperature[4] = (0.25, 1.5)
    other.table.copy_(orders.table)
    assert other.seed[3] == 2**64 - 1
    assert other.step.tolist() == list(range(N))
    assert (other.stop[1], other.least[2]) == (2**40, 7)
    assert other.temperature[4].tolist() == [0.25, 1.5]
    assert other.temperature[5].tolist() == [1, 1]


def test_the_device_reads_the_temperatures_of_the_orders() -> None:
    """They share a column of the table, as two numbers of 32 bits."""
    slots, orders = Slots(packed(samples.weights()), N, CPU), Orders(N, pinned=False)
    assert torch.equal(slots.temperature, torch.ones(N, 2))
    orders.temperature[:] = np.arange(2 * N).reshape(N, 2)
    slots.orders.copy_(orders.table)
    assert torch.equal(slots.temperature, torch.arange(2.0 * N).view(N, 2))


def test_drawings_join_and_leave_anywhere() -> None:
    """A state comes back from other slots as it went there, and nobody else's changes."""
    decoder = packed(samples.weights())
    slots = Slots(decoder, N, CPU)
    before = slots.take(torch.arange(N))
    state = decoder.begin(samples.contexts(decoder, 3))
    slots.put(torch.tensor([5, 0, 2]), state)
    assert samples.equal(slots.take(torch.tensor([5, 0, 2])), state)
    others = torch.tensor([1, 3, 4, 6, 7])
    assert samples.equal(slots.take(others), [part[others] for part in before])
