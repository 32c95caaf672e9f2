"""Steps in kernels of our own: the same source as a card's, compiled here for the CPU."""

import shutil
from collections.abc import Sequence
from importlib import import_module

import numpy as np
import pytest
import torch

from model.decoder import Decoder
from model.density.noise import noise
from model.device.compiled import NAMES, WARP, Argument, CudaKernels, compiled, definitions, sizes_of
from model.device.fused import FusedStep, draw_alike
from model.device.slots import DRAWN, MOST, STEP, STOP, Orders, Slots
from model.device.step import Step
from model.strokes import Array
from model.systems import SYSTEMS
from model.weights import Weights, stored
from tests.model import samples
from tests.model.device.capturing import capturing
from tests.model.device.emulated import Emulated, compile_together, options_of
from tests.model.device.test_step import CPU, LEAST, POINTS, SEEDS, STEPS, TEMPERATURES, N, packed, placed, stepped

NETWORKS: dict[str, Weights] = {
    "one": samples.weights(),
    "many": samples.shared_weights(),
    "wide": samples.weights(64, 1, seed=3),
    "mixed": samples.weights(24, 40, seed=1),
    "plain": stored(samples.network_of(SYSTEMS["feedforward"])),
}
SHARED = ("many", "mixed")  # drawings of these by several threads
OLDEST, HOPPER = "sm_75", "sm_90"  # that CUDA 13 compiles for, and that was measured
needs_card = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    """All kernels of these tests at once."""
    if shutil.which("g++") is not None:
        kinds = [options_of(packed(weights)) for weights in NETWORKS.values()]
        compile_together([*kinds, *(options_of(packed(NETWORKS[name]), WARP) for name in SHARED)])


def fused(decoder: Decoder, lanes: int = 1) -> FusedStep:
    """Its steps by the kernels."""
    return FusedStep(decoder, CPU, Emulated(decoder, lanes))


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("name", SHARED)
def test_it_does_not_matter_how_many_threads_share_a_drawing(name: str) -> None:
    """As many as a card has, side by side, or one alone."""
    decoder = packed(NETWORKS[name])
    slots, others = placed(decoder, [STEPS] * N)[0], placed(decoder, [STEPS] * N)[0]
    rows, wanted = stepped(fused(decoder, WARP), slots, STEPS), stepped(fused(decoder), others, STEPS)
    np.testing.assert_array_equal(rows, wanted)


class Wrong(Emulated):
    """Kernels that draw something else."""

    def launch(self, name: str, threads: int, arguments: Sequence[Argument]) -> None:
        """The layer is left out."""
        if name != "cell":
            super().launch(name, threads, arguments)


@pytest.mark.usefixtures("inference")
def test_kernels_that_draw_something_else_are_found() -> None:
    """So that a card which computes otherwise than this one draws by torch's operations."""
    decoder = packed(samples.shared_weights())
    step, state = Step(decoder, CPU), placed(decoder, [0] * N)[0].state
    assert draw_alike(fused(decoder), step, state)
    assert not draw_alike(FusedStep(decoder, CPU, Wrong(decoder)), step, state)


def same(rows: Array, wanted: Array) -> bool:
    """The same bits; where torch has no fused operations, as all x86 processors of these ten years have, nearly so."""
    if torch.backends.cpu.get_cpu_capability() in ("AVX2", "AVX512"):
        return np.array_equal(rows, wanted)
    return bool(np.median(np.abs(rows - wanted).max((1, 2))) < 0.01)


@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("weights", NETWORKS.values(), ids=NETWORKS)
def test_it_draws_what_a_step_draws(weights: Weights) -> None:
    """All subjects, codes and temperatures, T = 0 too, bit for bit: so a seed draws the same on a card."""
    decoder = packed(weights)
    slots, others = placed(decoder, [POINTS] * N)[0], placed(decoder, [POINTS] * N)[0]
    assert same(stepped(fused(decoder), slots, POINTS), stepped(Step(decoder, CPU), others, POINTS))


@pytest.mark.usefixtures("inference")
def test_a_drawing_ends_no_sooner_than_it_may() -> None:
    """It takes the likelier of the other pens, as in a step."""
    decoder = packed(samples.weights())
    slots, others = placed(decoder, [POINTS] * N, LEAST)[0], placed(decoder, [POINTS] * N, LEAST)[0]
    rows, wanted = stepped(fused(decoder), slots, POINTS), stepped(Step(decoder, CPU), others, POINTS)
    assert not (rows[:, :LEAST, 4] == 1).any()
    assert (rows[:, LEAST:, 4] == 1).any()
    assert same(rows, wanted)


@pytest.mark.usefixtures("inference")
def test_a_drawing_stops_where_it_is_told_to() -> None:
    """Its state and its last row stay, and its later rows are those of a drawing that never stopped."""
    decoder = packed(samples.weights())
    stops = [STEPS, 3, 0, 1, 4, 2, 5, 0]
    slots, others = placed(decoder, stops)[0], placed(decoder, [POINTS] * N)[0]
    step = fused(decoder)
    wanted = stepped(step, others, POINTS)
    first = stepped(step, slots, STEPS)
    slots.orders[:, STEP], slots.orders[:, STOP] = torch.tensor(stops), POINTS
    later = stepped(step, slots, POINTS - STEPS)
    for i, stop in enumerate(stops):
        drawn = np.concatenate([first[i, :stop], later[i]])
        np.testing.assert_array_equal(drawn, wanted[i, : len(drawn)])


def test_random_numbers_are_those_of_numpy() -> None:
    """Uniforms bit for bit, for any seed and step; normals as closely as two logarithms agree."""
    decoder = packed(samples.weights())
    orders, made = Orders(N, pinned=False), torch.empty(STEPS, N, 4)
    orders.seed[:], orders.step[:], orders.table[:, DRAWN] = SEEDS, 2**40, 3
    orders.temperature[:] = TEMPERATURES
    Emulated(decoder).launch("prepare", N * STEPS, [orders.table, made, N, STEPS])
    wanted = noise(SEEDS, 2**40 + 3, STEPS)
    wanted[..., :2] *= np.float32(decoder.sampler.below_one)
    wanted[..., 2:] *= np.sqrt(TEMPERATURES[:, :1])
    np.testing.assert_array_equal(made[..., :2], wanted[..., :2])
    np.testing.assert_allclose(made[..., 2:], wanted[..., 2:], rtol=1e-6, atol=1e-30)


def test_nothing_in_it_waits_for_the_device() -> None:
    """So a CUDA graph can be captured of it."""
    decoder = packed(samples.shared_weights())
    step, slots = fused(decoder), Slots(decoder, N, CPU)
    with capturing():
        step.take(slots, STEPS)


def test_a_step_is_few_kernels() -> None:
    """A step of few drawings takes as long as the number of its launches; beside these there are its products."""
    decoder = packed(samples.weights())
    kernels = Emulated(decoder)
    FusedStep(decoder, CPU, kernels).take(Slots(decoder, N, CPU), 3)
    assert kernels.launched == ["prepare", "read_outputs", *["cell", "draw"] * 3]


def test_rows_beyond_those_that_are_kept_harm_nobody() -> None:
    """The orders say where a row is written; whatever they say, it is in the drawing's own place."""
    decoder = packed(samples.weights())
    slots = placed(decoder, [2 * MOST] * N)[0]
    slots.orders[:, DRAWN] = MOST - 1
    fused(decoder).take(slots, 2)
    assert (slots.rows[:, [0, -1]] != 0).any(2).all()
    assert (slots.rows[:, 1:-1] == 0).all()


@needs_card
@pytest.mark.usefixtures("inference")
@pytest.mark.parametrize("weights", NETWORKS.values(), ids=NETWORKS)
def test_a_card_draws_what_a_step_draws(weights: Weights) -> None:
    """Its kernels and products, against torch's operations on the CPU: all but bit for bit."""
    device, decoder = torch.device("cuda"), packed(weights)
    there = Decoder({name: tensor.to(device) for name, tensor in weights.items()})
    there.pack(fast=False)
    here, slots = placed(decoder, [POINTS] * N)[0], Slots(there, N, device)
    slots.put(torch.arange(N, device=device), [part.to(device) for part in here.state])
    slots.orders.copy_(here.orders)
    step = FusedStep(there, device, CudaKernels(definitions(sizes_of(there), WARP), device))
    rows, wanted = stepped(step, slots, POINTS), stepped(Step(decoder, CPU), here, POINTS)
    assert np.median(np.abs(rows - wanted).max((1, 2))) < 1e-4
    np.testing.assert_allclose(rows[:, :3], wanted[:, :3], atol=1e-4)


@pytest.fixture(scope="module")
def nvrtc() -> None:
    """Skips the test where the compiler is not: `scripts/nvrtc` installs it."""
    try:
        import_module("cuda.bindings.nvrtc").nvrtcVersion()
    except (ImportError, RuntimeError) as error:
        pytest.skip(f"no NVRTC: {error}")


@pytest.mark.usefixtures("nvrtc")
@pytest.mark.parametrize("architecture", [OLDEST, HOPPER])
@pytest.mark.parametrize("weights", NETWORKS.values(), ids=NETWORKS)
def test_they_compile_for_a_card(weights: Weights, architecture: str) -> None:
    """By the compiler that a card's process has, and not by one of C++ alone: all four of them."""
    made = compiled(options_of(packed(weights), WARP), architecture)
    assert [name for name in NAMES if f".text.{name}\0".encode() not in made] == []


@pytest.mark.usefixtures("nvrtc")
def test_what_the_compiler_says_is_told() -> None:
    """Sizes that make no sense, for one."""
    options = options_of(packed(samples.weights()), WARP)
    with pytest.raises(RuntimeError, match=r"steps\.cu.*size of an array") as refused:
        compiled((*options, "-DHEAD=-1"), HOPPER)
    assert "\0" not in str(refused.value)
