"""A network in fixed slots, drawing by orders; on CUDA, where there is one, by captured graphs."""

import gc
import weakref
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from model.checkpoint import Checkpoint, load_checkpoint
from model.density.noise import noise
from model.device.graph import CALLS, FEWEST, Decoders, GraphDecoder, calls, decoders_of, enough, step_of
from model.strokes import Array
from tests.model import samples

DEVICES = [
    "cpu",
    pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")),
]
SEEDS = np.arange(5, dtype=np.uint64) + 40
DRAWN, ENDLESS = 37, 2**40
TEMPERATURES = np.array([(0.5, 0.5), (1, 1), (0, 0), (0.3, 0.2), (0.7, 1)], np.float32)


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of many subjects, with codes."""
    folder = tmp_path_factory.mktemp("many")
    samples.loaded(folder, samples.shared_weights())
    return folder


def advanced(network: Checkpoint, points: int) -> Array:
    """Rows of five drawings of several subjects, by `advance`."""
    state = network.begin([0, 1, 2, 3, 0])
    numbers = torch.from_numpy(noise([int(seed) for seed in SEEDS], 0, points))
    rows, _ = network.module.advance(
        state, torch.from_numpy(TEMPERATURES).to(network.device), numbers.to(network.device)
    )
    return rows.transpose(0, 1).cpu().numpy()


def begun(network: Checkpoint, slots: int, places: list[int]) -> GraphDecoder:
    """The same drawings, before their first point, in these slots."""
    decoder = GraphDecoder(step_of(network), slots)
    decoder.put(places, network.begin([0, 1, 2, 3, 0]))
    decoder.orders.seed[places], decoder.orders.temperature[places] = SEEDS, TEMPERATURES
    decoder.orders.stop[places] = ENDLESS
    return decoder


def alike(rows: Array, wanted: Array, device: str) -> None:
    """The same bits on the CPU; on another device the same picture, for the last bits of its functions differ."""
    if device == "cpu":
        assert np.array_equal(rows, wanted)
    else:
        assert np.median(np.abs(rows - wanted).max((1, 2))) < 0.5  # pixels


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("device", DEVICES)
def test_it_draws_what_the_network_draws(saved: Path, device: str) -> None:
    """In any slots, some calls at a time, wherever it runs."""
    places = [6, 0, 3, 1, 7]
    decoder = begun(load_checkpoint(saved, device), 8, places)
    decoder.orders.stop[places] = DRAWN
    parts = []
    for steps in (16, 20, 1):
        parts.append(decoder.draw(steps).rows()[places])
        decoder.orders.step[places] += steps
        decoder.orders.stop[places] = DRAWN
    alike(np.concatenate(parts, 1), advanced(load_checkpoint(saved), DRAWN), device)


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("device", DEVICES)
def test_drawings_move_between_decoders(saved: Path, device: str) -> None:
    """So a batch grows: what was begun among few slots goes on among many, in other places."""
    network = load_checkpoint(saved, device)
    few, many = begun(network, 8, [0, 1, 2, 3, 4]), begun(network, 32, [9, 8, 7, 31, 5])
    first = few.draw(16).rows()[:5].copy()
    many.put([9, 8, 7, 31, 5], few.take([0, 1, 2, 3, 4]))
    many.orders.step[[9, 8, 7, 31, 5]] = 16
    rows = np.concatenate([first, many.draw(16).rows()[[9, 8, 7, 31, 5]]], 1)
    alike(rows, advanced(load_checkpoint(saved), 32), device)


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("device", DEVICES)
def test_warming_up_changes_no_drawing(saved: Path, device: str) -> None:
    """Graphs are captured with drawings in their slots; those stay where they are."""
    network = load_checkpoint(saved, device)
    decoder = begun(network, 8, [0, 1, 2, 3, 4])
    decoder.warm_up()
    alike(decoder.draw(16).rows()[:5], advanced(load_checkpoint(saved), 16), device)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.usefixtures("inference")
def test_a_drawing_is_the_same_in_whatever_company(saved: Path) -> None:
    """On one device: alone among 8 slots, or in the last of 16,384."""
    network = load_checkpoint(saved, "cuda")
    rows = []
    for slots in (8, 16384):
        decoder = GraphDecoder(step_of(network), slots)
        decoder.put([slots - 1], network.begin([2]))
        decoder.orders.seed[-1], decoder.orders.stop[-1] = 9, ENDLESS
        rows.append(decoder.draw(32).rows()[-1])
    np.testing.assert_allclose(rows[0], rows[1], atol=1e-3)


@given(st.integers(1, 500))
def test_calls_are_enough_and_few(steps: int) -> None:
    """They make all steps, and the last call is needed."""
    parts = calls(steps)
    assert sum(parts) >= steps > sum(parts[:-1])
    assert all(part == CALLS[0] for part in parts[:-1])


@given(st.integers(1, 20000))
def test_slots_are_a_power_of_two(drawings: int) -> None:
    """As few as hold the drawings, but not fewer than a device is busy with."""
    slots = enough(drawings)
    assert slots & (slots - 1) == 0
    assert slots >= drawings
    assert slots == FEWEST or slots < 2 * drawings


def refused(*_: object) -> None:
    """Where there is no compiler, for one."""
    raise RuntimeError("no")


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@pytest.mark.usefixtures("inference")
def test_without_kernels_of_our_own_torch_draws(
    saved: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The same pictures; the log says why they take longer."""
    network = load_checkpoint(saved, "cuda")
    assert Decoders(network).is_fused
    monkeypatch.setattr("model.device.graph.CudaKernels", refused)
    decoder = begun(network, 8, [0, 1, 2, 3, 4])
    assert "cannot be compiled" in caplog.text
    assert not Decoders(network).is_fused
    alike(decoder.draw(16).rows()[:5], advanced(load_checkpoint(saved), 16), "cuda")


def test_decoders_go_with_their_network(saved: Path) -> None:
    """There are those of a network that is loaded, once; nothing else keeps them, or it."""
    network = load_checkpoint(saved)
    first = decoders_of(network)
    assert decoders_of(network) is first
    assert first.of(8) is first.of(8)
    gone = weakref.ref(first)
    del network, first
    gc.collect()
    assert gone() is None
