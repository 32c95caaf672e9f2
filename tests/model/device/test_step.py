"""Steps in fixed slots: the decoder's drawings, by operations that a CUDA graph can capture."""

from collections.abc import Callable, Sequence

import numpy as np
import pytest
import torch
from torch import Tensor

from model.decoder import Decoder
from model.density.noise import held, noise
from model.device.graph import Steps
from model.device.slots import DRAWN, STEP, Orders, Slots
from model.device.step import Step
from model.strokes import Array
from model.systems import SYSTEMS
from model.weights import Weights, stored
from tests.capture import Operations
from tests.model import samples
from tests.model.device.capturing import NotCapturable, capturing

CPU = torch.device("cpu")
N, POINTS, LEAST, STEPS = 8, 30, 12, 5
TEMPERATURES = np.array([(0, 0), (1, 1), (0.5, 0.3), (0.2, 1)] * 2, np.float32)
SEEDS = [3, 2**64 - 1, 0, 17, 4, 5, 6, 2**53]


def packed(weights: Weights) -> Decoder:
    """A decoder in Python alone, as a step needs it."""
    decoder = Decoder(weights)
    decoder.pack(fast=False)
    return decoder


def placed(decoder: Decoder, stops: Sequence[int], least: int = 0) -> tuple[Slots, Tensor]:
    """Slots with drawings of several subjects and codes in them, and their contexts."""
    subjects = torch.arange(N) % len(decoder.contexts.table)
    codes = torch.linspace(-1, 1, N * decoder.contexts.latent.integers.size(1)).view(N, -1)
    context = decoder.context(subjects, codes)
    slots, orders = Slots(decoder, N, CPU), Orders(N, pinned=False)
    slots.put(torch.arange(N), decoder.begin(context))
    orders.seed[:], orders.stop[:], orders.least[:], orders.temperature[:] = SEEDS, stops, least, TEMPERATURES
    slots.orders.copy_(orders.table)
    return slots, context


def stepped(step: Steps, slots: Slots, points: int) -> Array:
    """Rows [N, points, 5], some steps at a time."""
    parts = []
    for _ in range(points // STEPS):
        slots.orders[:, DRAWN] = 0
        step.take(slots, STEPS)
        parts.append(slots.rows[:, :STEPS].clone())
        slots.orders[:, STEP] += STEPS
    return torch.cat(parts, 1).numpy(force=True)


def advanced(decoder: Decoder, context: Tensor, points: int, least: int = 0) -> Array:
    """The same by `advance`."""
    numbers = torch.from_numpy(held(noise(SEEDS, 0, points), least))
    rows, _ = decoder.advance(decoder.begin(context), torch.from_numpy(TEMPERATURES), numbers)
    return rows.transpose(0, 1).numpy()


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize(
    "weights",
    [samples.weights(), samples.shared_weights(), samples.weights(64, 1, seed=3)],
    ids=["one", "many", "wide"],
)
def test_it_draws_what_advance_draws(weights: Weights) -> None:
    """All subjects, codes, temperatures, T = 0 too, and what follows an end: on the CPU it is the same bits."""
    decoder = packed(weights)
    slots, context = placed(decoder, [POINTS] * N)
    wanted = advanced(decoder, context, POINTS)
    assert (wanted[..., 4] == 1).any()
    assert np.array_equal(stepped(Step(decoder, CPU), slots, POINTS), wanted)


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("weights", [samples.weights(), samples.shared_weights()], ids=["one", "many"])
def test_what_a_device_makes_of_weights_is_what_the_cpu_makes(weights: Weights) -> None:
    """Nothing is summed by a library, in an order and with roundings of its own, before drawings begin."""
    decoder = Decoder(weights)
    context = decoder.context(torch.zeros(1, dtype=torch.long), torch.zeros(1, 0))
    with Operations() as operations:
        decoder.pack(fast=False)
        decoder.begin(context)
    called = {name.split(".")[0] for name in operations.called}
    assert "addcmul" in called
    assert not called & {"mm", "mv", "bmm", "dot", "addmm", "addmv", "baddbmm", "linear", "sum", "mean"}


@pytest.mark.usefixtures("inference")
def test_a_layer_without_memory_draws_too() -> None:
    """The networks of the article that see the last row only."""
    decoder = packed(stored(samples.network_of(SYSTEMS["feedforward"])))
    slots, context = placed(decoder, [POINTS] * N)
    rows = stepped(Step(decoder, CPU), slots, POINTS)
    assert np.array_equal(rows, advanced(decoder, context, POINTS))


@pytest.mark.usefixtures("inference")
def test_a_drawing_ends_no_sooner_than_it_may() -> None:
    """As with held noise: the likelier of the other pens, and all else as it was."""
    decoder = packed(samples.weights())
    slots, context = placed(decoder, [POINTS] * N, LEAST)
    rows = stepped(Step(decoder, CPU), slots, POINTS)
    assert np.array_equal(rows, advanced(decoder, context, POINTS, LEAST))
    assert not (rows[:, :LEAST, 4] == 1).any()
    assert (advanced(decoder, context, LEAST)[..., 4] == 1).any()


@pytest.mark.usefixtures("inference")
def test_a_drawing_that_stops_goes_on_later_as_if_it_had_not() -> None:
    """Some of a batch may take fewer steps than the others, so that paces do not split it."""
    decoder = packed(samples.weights())
    stops = [STEPS, 3, 0, 1, 4, 2, 5, 0]
    slots, context = placed(decoder, stops)
    step = Step(decoder, CPU)
    first = stepped(step, slots, STEPS)
    orders = Orders(N, pinned=False)
    orders.table.copy_(slots.orders)
    orders.step[:], orders.stop[:] = stops, POINTS
    slots.orders.copy_(orders.table)
    later = stepped(step, slots, POINTS - STEPS)
    wanted = advanced(decoder, context, POINTS)
    for i, stop in enumerate(stops):
        drawn = np.concatenate([first[i, :stop], later[i]])
        assert np.array_equal(drawn, wanted[i, : len(drawn)]), i


def waits(raw: Tensor) -> Tensor:
    """Python asks the device for a number."""
    return raw if bool(raw.any()) else -raw


def asks(raw: Tensor) -> Tensor:
    """The same in a function's stead."""
    return raw * raw.max().item()


def brings(raw: Tensor) -> Tensor:
    """A number comes from the host."""
    return raw * torch.tensor([2.0], device=raw.device)


def selects(raw: Tensor) -> Tensor:
    """A size depends on the data."""
    return raw + raw[raw > 0].sum()


def finds(raw: Tensor) -> Tensor:
    """The same by numbers."""
    return raw + raw.nonzero().sum()


def sends(raw: Tensor) -> Tensor:
    """The host gets numbers."""
    return raw + raw.to("cpu").sum().to(raw.device)


@pytest.mark.parametrize("weights", [samples.weights(), samples.shared_weights()], ids=["one", "many"])
def test_nothing_in_it_waits_for_the_device(weights: Weights) -> None:
    """So a CUDA graph can be captured of it."""
    decoder = packed(weights)
    step, slots = Step(decoder, CPU), Slots(decoder, N, CPU)
    with capturing():
        step.take(slots, STEPS)


@pytest.mark.parametrize("slip", [waits, asks, brings, selects, finds, sends])
def test_what_waits_is_found(monkeypatch: pytest.MonkeyPatch, slip: Callable[[Tensor], Tensor]) -> None:
    """The check can fail: for each way in which an operation could need the host."""
    decoder = packed(samples.weights())
    step, slots = Step(decoder, CPU), Slots(decoder, N, CPU)
    monkeypatch.setattr(step, "_read", slip)
    with pytest.raises(NotCapturable), capturing():
        step.take(slots, STEPS)
