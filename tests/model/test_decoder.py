"""The contract: what `start`, `step`, `advance`, `log_prob` and `mixture` promise, of saved and loaded checkpoints."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from model.checkpoint import CheckpointModule, packs, save_checkpoint
from model.decoder import Decoder, to_network
from model.network import NetworkConfig
from model.point import Point
from model.systems import SYSTEMS, name_of
from tests.model import samples
from tests.model.textbook import reference, states_of, textbook

ROOT = Path(__file__).parents[2]
SHAPES = [
    *(replace(config, hidden=32) for config in SYSTEMS.values()),
    NetworkConfig(32, 3, layers=2),
    NetworkConfig(24, 0, layers=3),
    NetworkConfig(32, 0, layers=2, trunk="tanh", pen=False),
]
SIZES = [*range(1, 18), 31, 33, 63, 64, 65]


@pytest.fixture(autouse=True)
def inference() -> Iterator[None]:
    with torch.inference_mode():
        yield


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """A loaded checkpoint of the size that we ship: H = 512, 20 components."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.network(512, 20))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """A loaded checkpoint that is fast to run: H = 32, 5 components."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.network())


def test_log_prob_agrees_with_numpy(tmp_path: Path) -> None:
    """`log_prob` of a saved checkpoint that is not rounded is the float64 reference to 1e-4 at each point."""
    module = samples.loaded(tmp_path, samples.network(512, 20), int8=False)
    rows = samples.drawings(16, 60)
    xy, pen = module.log_prob(torch.from_numpy(rows))
    want_xy, want_pen, _ = reference(textbook(module), rows.astype(np.float64))
    assert xy.shape == pen.shape == (16, 60)
    np.testing.assert_allclose(xy.numpy(), want_xy, atol=1e-4, rtol=0)
    np.testing.assert_allclose(pen.numpy(), want_pen, atol=1e-4, rtol=0)
    assert want_xy.min() < -5
    assert want_pen.min() < -1, "the drawings must be of some interest"


def test_log_prob_of_eight_bits_agrees_with_numpy(module: CheckpointModule) -> None:
    """So is that of the form that we ship, from each state that `step` leads to along whole drawings.

    From there, and not from the float64 reference's own: eight bits make a step of what is a last bit of float32 where
    it decides how an output is rounded.
    """
    rows = samples.drawings(16, 60)
    states = states_of(module, torch.from_numpy(rows))
    xy, pen = module.log_prob(torch.from_numpy(rows))
    want_xy, want_pen, reached = reference(textbook(module), rows.astype(np.float64), states)
    np.testing.assert_allclose(xy.numpy(), want_xy, atol=1e-4, rtol=0)
    np.testing.assert_allclose(pen.numpy(), want_pen, atol=1e-4, rtol=0)
    for got, want in zip(states[1:], reached, strict=True):
        np.testing.assert_allclose(got, want, atol=2e-6, rtol=0)


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_log_prob_agrees_with_numpy_for_every_system(tmp_path: Path, config: NetworkConfig, int8: bool) -> None:
    """The same for every system of the article, for several layers, and for any trunk with several."""
    module = samples.loaded(tmp_path, samples.network_of(config), int8=int8)
    rows = samples.drawings(8, 30)
    states = states_of(module, torch.from_numpy(rows)) if int8 else None
    *wanted, reached = reference(textbook(module), rows.astype(np.float64), states)
    for got, want in zip(module.log_prob(torch.from_numpy(rows)), wanted, strict=True):
        np.testing.assert_allclose(got.numpy(), want, atol=1e-4, rtol=1e-5)
        assert want.min() < -1
    for state, wanted_state in zip(states[1:] if states else (), reached, strict=bool(states)):
        np.testing.assert_allclose(state, wanted_state, atol=2e-6, rtol=0)


@pytest.mark.parametrize("config", [config for config in SHAPES if not config.mixtures], ids=name_of)
def test_squared_error_scores_as_one_normal(tmp_path: Path, config: NetworkConfig) -> None:
    """A network that learnt by squared error scores moves as an isotropic normal about its mean: by its definition."""
    network = samples.network_of(config)
    assert isinstance(network.density, Point)
    rows = torch.from_numpy(samples.drawings(8, 30))
    xy, pen = samples.loaded(tmp_path, network, int8=False).log_prob(rows)
    raw = network(rows[:, :-1])
    sigma = network.density.log_sigma.exp()
    error = (rows[:, 1:, :2] - network.mean) / network.std - raw[..., -2:]
    want = -(error**2).sum(-1) / (2 * sigma**2) - torch.log(2 * torch.pi * sigma**2) - network.std.log().sum()
    moves = rows[:, 1:, 4] == 0
    torch.testing.assert_close(xy[moves], want[moves], atol=1e-3, rtol=1e-4)
    log_pen = raw[..., :3].log_softmax(-1) if config.pen else network.density.log_pen.expand(*raw.shape[:2], 3)
    torch.testing.assert_close(pen[moves], (log_pen * rows[:, 1:, 2:]).sum(-1)[moves], atol=1e-4, rtol=1e-4)


@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_every_system_keeps_its_word(tmp_path: Path, config: NetworkConfig) -> None:
    """Of every system: alone or in company, in one `advance` or in many, the same bits; and `log_prob`'s density."""
    module = samples.loaded(tmp_path, samples.network_of(config))
    rows, h, c, temperature, noise = samples.begin(module, 33, 6)
    assert h.shape == c.shape == (33, config.layers * config.hidden)
    drawn, last_h, last_c = module.advance(rows, h, c, temperature, noise)
    for at in (slice(1), slice(32, 33), slice(5, 13)):
        alone, its_h, its_c = module.advance(rows[at], h[at], c[at], temperature[at], noise[:, at])
        assert torch.equal(alone, drawn[:, at])
        assert torch.equal(its_h, last_h[at])
        assert torch.equal(its_c, last_c[at])
    whole = torch.cat([rows.unsqueeze(0), drawn]).transpose(0, 1)
    _, pen = module.log_prob(whole)
    for t in range(6):
        row, h, c = module.step(whole[:, t], h, c, temperature, noise[t])
        assert torch.equal(row, drawn[t])
        *_, log_p = module.mixture(h)
        alive = whole[:, t, 4] == 0
        torch.testing.assert_close((log_p * whole[:, t + 1, 2:]).sum(1)[alive], pen[alive, t], atol=2e-4, rtol=0)
    assert torch.equal(h, last_h)


@pytest.mark.parametrize("int8", [False, True])
@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_every_system_comes_back_to_a_network(tmp_path: Path, config: NetworkConfig, int8: bool) -> None:
    """`to_network` gives one that scores as the checkpoint does, and whose decoder is the same again.

    That of a rounded one has the rounded weights, but does not round what it reads: it scores nearly as it does.
    """
    module = samples.loaded(tmp_path, samples.network_of(config), int8=int8)
    network = to_network(dict(module.named_buffers()))
    rows = torch.from_numpy(samples.drawings(4, 20))
    for got, want in zip(network.log_likelihood(rows), module.log_prob(rows), strict=True):
        if int8:
            torch.testing.assert_close(got.mean(), want.mean(), atol=0.01, rtol=0)
        else:
            torch.testing.assert_close(got, want, atol=1e-4, rtol=1e-5)
    again = to_network(dict(samples.loaded(tmp_path, network, int8=int8).named_buffers())).state_dict()
    for name, value in network.state_dict().items():
        torch.testing.assert_close(again[name], value, atol=1e-6, rtol=1e-6)


def test_end_rows_are_masked(small: CheckpointModule) -> None:
    """The end row has a pen but no move, and what follows it counts as nothing, whatever stands there."""
    rows = torch.from_numpy(samples.drawings(1, 12)).clone()
    end = int(rows[0, :, 4].argmax())
    rows[0, end, :2] = 7
    xy, pen = small.log_prob(rows)
    assert xy[0, end - 1] == 0
    assert pen[0, end - 1] < 0
    assert not xy[0, end:].any()
    assert not pen[0, end:].any()
    assert bool((xy[0, : end - 1] != 0).all())


def test_step_believes_what_log_prob_says(module: CheckpointModule) -> None:
    """The state that `advance` carries is the one that `log_prob` scores by: both give a drawing the same density."""
    rows, h, c, temperature, noise = samples.begin(module, 8, 12)
    drawn, *_ = module.advance(rows, h, c, temperature, noise)
    whole = torch.cat([rows.unsqueeze(0), drawn]).transpose(0, 1)
    xy, pen = module.log_prob(whole)
    for t in range(12):
        _, h, c = module.step(whole[:, t], h, c, temperature, noise[t])
        log_pi, mean, sigma, rho, log_p = module.mixture(h)
        alive = whole[:, t, 4] == 0
        torch.testing.assert_close((log_p * whole[:, t + 1, 2:]).sum(1)[alive], pen[alive, t], atol=2e-4, rtol=0)
        x, y = ((whole[:, t + 1, None, :2] - mean) / sigma).unbind(-1)
        rest = 1 - rho**2
        square = (x**2 + y**2 - 2 * rho * x * y) / rest
        joint = log_pi - square / 2 - torch.log(2 * torch.pi * sigma.prod(-1) * rest.sqrt())
        moves = whole[:, t + 1, 4] == 0
        torch.testing.assert_close(joint.logsumexp(1)[moves], xy[moves, t], atol=2e-3, rtol=1e-3)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_company_does_not_matter(module: CheckpointModule, threads: int) -> None:
    """A batch of 64 is 64 batches of one, bit for bit, and so is every other size, whatever the number of threads."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        rows, h, c, temperature, noise = samples.begin(module, 65, 5, seed=1)
        temperature *= torch.linspace(0, 1.5, 65).unsqueeze(1)
        together = module.advance(rows, h, c, temperature, noise)
        for n in SIZES:
            parts = range(0, 65, n) if n in {1, 64} else (0, 65 - n)
            for at in (slice(first, min(first + n, 65)) for first in parts):
                drawn, one_h, one_c = module.advance(rows[at], h[at], c[at], temperature[at], noise[:, at])
                assert torch.equal(drawn, together[0][:, at]), f"rows {at} of a batch of {n}"
                assert torch.equal(one_h, together[1][at])
                assert torch.equal(one_c, together[2][at])
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("hidden", [8, 12, 100, 128])
@pytest.mark.parametrize("mixtures", [1, 2, 20])
@pytest.mark.parametrize("packed", [False, True])
def test_company_does_not_matter_to_any_shape(hidden: int, mixtures: int, packed: bool) -> None:
    """The same for networks whose rows do not fill the processor's vectors, and for weights that are not packed."""
    decoder = Decoder(samples.network(hidden, mixtures))
    if packed:
        if not packs():
            pytest.skip("this build of torch has no library to pack for")
        assert decoder.pack()
    rows, h, c, temperature, noise = samples.begin(decoder, 65, 4)
    together, _, _ = decoder.advance(rows, h, c, temperature, noise)
    for n in SIZES:
        for at in (slice(n), slice(65 - n, 65)):
            drawn, _, _ = decoder.advance(rows[at], h[at], c[at], temperature[at], noise[:, at])
            assert torch.equal(drawn, together[:, at])


@pytest.mark.parametrize("n", [1, 3, 8])
def test_advance_is_steps(module: CheckpointModule, n: int) -> None:
    """`advance` of k steps gives, bit for bit, what k `step`s give, and so does any cut into shorter ones."""
    rows, h, c, temperature, noise = samples.begin(module, n, 9)
    drawn, last_h, last_c = module.advance(rows, h, c, temperature, noise)
    row, step_h, step_c = rows, h, c
    for t in range(9):
        row, step_h, step_c = module.step(row, step_h, step_c, temperature, noise[t])
        assert torch.equal(row, drawn[t])
    assert torch.equal(step_h, last_h)
    assert torch.equal(step_c, last_c)
    first, mid_h, mid_c = module.advance(rows, h, c, temperature, noise[:4])
    second, cut_h, _ = module.advance(first[-1], mid_h, mid_c, temperature, noise[4:])
    assert torch.equal(torch.cat([first, second]), drawn)
    assert torch.equal(cut_h, last_h)


def test_arguments_stay_as_they_were(small: CheckpointModule) -> None:
    """`advance` and `step` change nothing that they are handed, and what they give shares no memory with it."""
    arguments = samples.begin(small, 4, 3)
    copies = [tensor.clone() for tensor in arguments]
    drawn, h, c = small.advance(*arguments)
    for given, copy in zip(arguments, copies, strict=True):
        assert torch.equal(given, copy)
    for result in (drawn, h, c):
        result.zero_()
    assert torch.equal(small.advance(*arguments)[0], small.advance(*copies)[0])
    assert all(torch.equal(given, copy) for given, copy in zip(arguments, copies, strict=True))


def test_no_steps_and_no_drawings(small: CheckpointModule) -> None:
    """Zero steps give the state back; zero drawings give none."""
    rows, h, c, temperature, noise = samples.begin(small, 3, 0)
    drawn, last_h, last_c = small.advance(rows, h, c, temperature, noise)
    assert drawn.shape == (0, 3, 5)
    assert torch.equal(last_h, h)
    assert torch.equal(last_c, c)
    drawn, h, c = small.advance(*samples.begin(small, 0, 2))
    assert drawn.shape == (2, 0, 5)
    assert h.shape == c.shape == (0, 32)


def test_rows_are_drawings(small: CheckpointModule) -> None:
    """Pen states are one-hot; a drawing that has ended goes on as end rows (0, 0, 0, 0, 1)."""
    drawn, *_ = small.advance(*samples.begin(small, 256, 60))
    assert torch.equal(drawn[..., 2:].sum(-1), torch.ones(60, 256))
    assert bool(((drawn[..., 2:] == 0) | (drawn[..., 2:] == 1)).all())
    ended = drawn[..., 4] == 1
    assert 0.5 < float(ended[-1].float().mean()) <= 1, "most drawings end, so that this shows something"
    assert torch.equal(ended, ended.cummax(0).values)
    assert not drawn[ended][:, :2].any()
    assert bool(drawn[~ended][:, :2].any(-1).all())


def test_an_end_row_keeps_a_drawing_ended(small: CheckpointModule) -> None:
    """A drawing handed in at its end row stays ended; the one beside it draws on."""
    rows, h, c, temperature, noise = samples.begin(small, 2, 1)
    rows[0] = torch.tensor([0.0, 0, 0, 0, 1])
    drawn, *_ = small.step(rows, h, c, temperature, noise[0])
    assert drawn[0].tolist() == [0, 0, 0, 0, 1]
    assert drawn[1, :2].any()


def test_zero_temperature_is_the_mode(module: CheckpointModule) -> None:
    """At temperatures 0 a drawing is the most probable component's mean and pen, step by step, whatever the noise."""
    rows, h, c, temperature, noise = samples.begin(module, 16, 8, temperature=0)
    noise[0, 0] = torch.tensor([1 - 2.0**-24, 1 - 2.0**-24, 8, -8])
    drawn, *_ = module.advance(rows, h, c, temperature, noise)
    assert torch.equal(drawn, drawn[:, :1].expand_as(drawn)), "drawings that differ in noise only"
    row, state_h, state_c = rows[:1], h[:1], c[:1]
    for t in range(8):
        row, state_h, state_c = module.step(row, state_h, state_c, temperature[:1], noise[t, :1])
        log_pi, mean, _, _, log_p = module.mixture(state_h)
        pen = int(log_p.argmax())
        assert int(row[0, 2:].argmax()) == pen
        if pen == 2:
            break
        torch.testing.assert_close(row[0, :2], mean[0, int(log_pi.argmax())], atol=1e-3, rtol=1e-5)


@pytest.mark.parametrize("tiny", [1e-9, 1e-30, 1e-45])
def test_tiny_temperatures_do_not_overflow(module: CheckpointModule, tiny: float) -> None:
    """Temperatures however small draw finite rows next to the mode's."""
    rows, h, c, temperature, noise = samples.begin(module, 4, 6, temperature=tiny)
    drawn, *_ = module.advance(rows, h, c, temperature, noise)
    mode, *_ = module.advance(rows, h, c, torch.zeros(4, 2), noise)
    assert bool(drawn.isfinite().all())
    torch.testing.assert_close(drawn, mode, atol=0.05, rtol=0)


@pytest.mark.parametrize("temperature", [10.0, 1e4, 1e9])
def test_large_temperatures_stay_choices(small: CheckpointModule, temperature: float) -> None:
    """However hot, rows are finite and their pens are pens; the three become equally probable."""
    rows, h, c, _, noise = samples.begin(small, 3000, 1)
    drawn, *_ = small.advance(rows, h, c, torch.full((3000, 2), temperature), noise)
    assert bool(drawn.isfinite().all())
    if temperature >= 1e4:
        np.testing.assert_allclose(drawn[0, :, 2:].mean(0), 1 / 3, atol=0.04)  # 4 standard errors


def test_each_drawing_has_its_own_temperatures(small: CheckpointModule) -> None:
    """Rows of one batch may differ in temperature, one of them 0: each is drawn as it would be by itself."""
    rows, h, c, temperature, noise = samples.begin(small, 3, 6)
    temperature[:] = torch.tensor([[0.0, 1.0], [0.7, 0.0], [1.3, 0.4]])
    together, *_ = small.advance(rows, h, c, temperature, noise)
    for i in range(3):
        at = slice(i, i + 1)
        assert torch.equal(small.advance(rows[at], h[at], c[at], temperature[at], noise[:, at])[0], together[:, at])


def test_packed_weights_draw_the_same(tmp_path: Path) -> None:
    """The fast path (packed by `load_checkpoint`) is the slow one up to float32's rounding."""
    network = samples.network(512, 20)
    slow, fast = Decoder(network), samples.loaded(tmp_path, network)
    rows, h, c, temperature, noise = samples.begin(slow, 32, 10)
    torch.testing.assert_close(
        fast.advance(rows, h, c, temperature, noise), slow.advance(rows, h, c, temperature, noise), atol=1e-3, rtol=1e-4
    )


def test_start_is_what_was_learnt(small: CheckpointModule) -> None:
    """Every drawing starts from the learnt h0 and c0."""
    h, c = small.start(3)
    network = samples.network()
    assert torch.equal(h, network.h0.expand(3, -1))
    assert torch.equal(c, network.c0.expand(3, -1))


def test_rounding_costs_no_score(tmp_path: Path) -> None:
    """Weights in eight bits, and the head in float16, score within 0.01 nats a point of the same in float32."""
    network = samples.network(512, 20)
    rows = torch.from_numpy(samples.drawings(32, 60))
    points = float((rows[:, 1:, 4] == 0).sum())
    totals = []
    for int8 in (True, False):
        xy, pen = samples.loaded(tmp_path / str(int8), network, int8=int8).log_prob(rows)
        totals.append(-float(xy.sum() + pen.sum()) / points)
    assert totals[0] == pytest.approx(totals[1], abs=0.01)
    assert totals[0] != totals[1], "eight bits must be eight"


@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in {"AVX512", "AVX2"}, reason="only x86 CPUs can be slower ones too"
)
def test_an_older_processor_draws_the_same(module: CheckpointModule, tmp_path: Path) -> None:
    """With the instructions of AVX2 alone, none of them for products of eight bits, drawings are the same bits."""
    save_checkpoint(tmp_path, Decoder(samples.network(512, 20)), samples.card())
    environment = os.environ | {"ATEN_CPU_CAPABILITY": "avx2", "ONEDNN_MAX_CPU_ISA": "AVX2", "OMP_NUM_THREADS": "1"}
    for n in (1, 40):
        drawn, h, c = module.advance(*samples.begin(module, n, 20))
        torch.save((drawn, h, c), tmp_path / "here.pt")
        command = [sys.executable, "-W", "ignore", "-c", OLDER, str(tmp_path), str(n)]
        subprocess.run(command, cwd=ROOT, env=environment, check=True)


OLDER = """
import sys, torch
from pathlib import Path
from model.checkpoint import load_checkpoint
from tests.model import samples
folder, n = Path(sys.argv[1]), int(sys.argv[2])
assert torch.backends.cpu.get_cpu_capability() == "AVX2"
with torch.inference_mode():
    module = load_checkpoint(folder).module
    here = module.advance(*samples.begin(module, n, 20))
assert all(map(torch.equal, here, torch.load(folder / "here.pt")))
"""
