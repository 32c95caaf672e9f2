"""The contract: what `begin`, `read`, `advance`, `log_prob` and `mixture` promise, of saved and loaded checkpoints."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor

from model.archive.torchscript import packs
from model.checkpoint import CheckpointModule
from model.density.noise import held
from model.network import NetworkConfig
from model.state import State, select
from model.systems import SYSTEMS, name_of
from model.weights import stored
from tests.capture import Operations
from tests.model import samples
from tests.model.textbook import Context, reference, states_of, textbook

SHAPES = [replace(config, hidden=32) for config in SYSTEMS.values()]


pytestmark = pytest.mark.usefixtures("inference")


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """A loaded checkpoint of the size that most are of: H = 512, 20 components."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.weights(512, 20)).module


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """A loaded checkpoint that is fast to run: H = 32, 5 components."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.weights()).module


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """One as small, of many subjects, with latent codes."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.shared_weights()).module


def agrees(module: CheckpointModule, rows: Tensor, context: Tensor, expected: Context) -> None:
    """Assert that `log_prob` and each step are those of the textbook, from each state of the decoder's own."""
    book = textbook(dict(module.named_buffers()))
    states = states_of(module, rows, context)
    *wanted, reached = reference(book, rows.double().numpy(), expected, states)
    for got, want in zip(module.log_prob(rows, context), wanted, strict=True):
        assert got.shape == (len(rows), rows.size(1) - 1)
        np.testing.assert_allclose(got.numpy(), want, atol=1e-4, rtol=1e-5)
        assert want.min() < -1, "the drawings must be of some interest"
    for got_state, want_state in zip(states[1:], reached, strict=True):
        np.testing.assert_allclose(got_state, want_state, atol=2e-6, rtol=0)


def test_log_prob_agrees_with_numpy(module: CheckpointModule) -> None:
    """`log_prob` is the float64 reference to 1e-4 at each point, from each state along whole drawings.

    From there, and not from the float64 reference's own: eight bits make a step of what is a last bit of float32 where
    it decides how an output is rounded.
    """
    rows, none = torch.from_numpy(samples.drawings(16, 60)), torch.zeros(16, 0)
    subject = torch.zeros(16, dtype=torch.long)
    agrees(module, rows, module.context(subject, none), textbook(dict(module.named_buffers())).context(subject, none))


def test_log_prob_of_many_subjects_agrees_with_numpy(shared: CheckpointModule) -> None:
    """The same with a subject and a latent code for each drawing, and a head that reads finely."""
    rows = torch.from_numpy(samples.drawings(8, 30))
    subject = torch.arange(8) % samples.SUBJECTS
    latent = torch.randn(8, samples.LATENT, generator=torch.Generator().manual_seed(0))
    context = textbook(dict(shared.named_buffers())).context(subject, latent)
    agrees(shared, rows, shared.context(subject, latent), context)


@pytest.mark.parametrize("config", SHAPES, ids=name_of)
def test_log_prob_agrees_with_numpy_for_every_system(tmp_path: Path, config: NetworkConfig) -> None:
    """The same for every system of the article."""
    module = samples.loaded(tmp_path, stored(samples.network_of(config))).module
    rows, none = torch.from_numpy(samples.drawings(8, 30)), torch.zeros(8, 0)
    subject = torch.zeros(8, dtype=torch.long)
    agrees(module, rows, module.context(subject, none), textbook(dict(module.named_buffers())).context(subject, none))


def test_rounding_costs_no_score(module: CheckpointModule) -> None:
    """Weights in eight bits, and the head in sixteen, score within 0.01 nats a point of the same in float32."""
    rows = torch.from_numpy(samples.drawings(32, 60))
    points = float((rows[:, 1:, 4] == 0).sum())
    of_float = samples.network(512, 20).log_likelihood(rows)
    of_bits = module.log_prob(rows, samples.contexts(module, 32))
    totals = [-float(xy.sum() + pen.sum()) / points for xy, pen in (of_bits, of_float)]
    assert totals[0] == pytest.approx(totals[1], abs=0.01)
    assert totals[0] != totals[1], "eight bits must be eight"


def test_end_rows_are_masked(small: CheckpointModule) -> None:
    """The end row has a pen but no move, and what follows it counts as nothing, whatever stands there."""
    rows = torch.from_numpy(samples.drawings(1, 12)).clone()
    end = int(rows[0, :, 4].argmax())
    rows[0, end, :2] = 7
    xy, pen = small.log_prob(rows, samples.contexts(small, 1))
    assert xy[0, end - 1] == 0
    assert pen[0, end - 1] < 0
    assert not xy[0, end:].any()
    assert not pen[0, end:].any()
    assert bool((xy[0, : end - 1] != 0).all())


def scored(module: CheckpointModule, state: State, row: Tensor) -> tuple[Tensor, Tensor]:
    """Log densities (xy, pen) [n] of rows [n, 5] by what `mixture` says of a state."""
    log_pi, mean, sigma, rho, log_p = module.mixture(state)
    x, y = ((row[:, None, :2] - mean) / sigma).unbind(-1)
    rest = 1 - rho**2
    square = (x**2 + y**2 - 2 * rho * x * y) / rest
    joint = log_pi - square / 2 - torch.log(2 * torch.pi * sigma.prod(-1) * rest.sqrt())
    return joint.logsumexp(1), (log_p * row[:, 2:]).sum(1)


@pytest.mark.skipif(not packs(), reason="this build of torch has no library to pack for")
def test_a_step_takes_few_operations(module: CheckpointModule) -> None:
    """At most fifty: for one drawing each takes about a microsecond, whatever it does. To take a view is one, too."""
    state, temperature, noise = samples.begin(module, 1, 12)
    counts = []
    for steps in (2, 12):
        module.advance(state, temperature, noise[:steps])
        with Operations() as operations:
            module.advance(state, temperature, noise[:steps])
        counts.append(operations.count)
    assert 20 * 10 < counts[1] - counts[0] <= 50 * 10


@pytest.mark.parametrize("name", ["module", "shared"])
def test_mixture_says_what_log_prob_says(name: str, request: pytest.FixtureRequest) -> None:
    """Before each row that `advance` draws, and after each that `read` takes in, the mixture scores the next alike."""
    module: CheckpointModule = request.getfixturevalue(name)
    state, temperature, noise = samples.begin(module, 8, 12)
    drawn, _ = module.advance(state, temperature, noise)
    rows = torch.cat([state[0].unsqueeze(0), drawn]).transpose(0, 1)
    xy, pen = module.log_prob(rows, samples.contexts(module, 8))
    given = state
    for t in range(12):
        assert all(map(torch.equal, module.mixture(given), module.mixture(state)))
        its_xy, its_pen = scored(module, state, rows[:, t + 1])
        alive, moves = rows[:, t, 4] == 0, rows[:, t + 1, 4] == 0
        torch.testing.assert_close(its_pen[alive], pen[alive, t], atol=2e-4, rtol=0)
        torch.testing.assert_close(its_xy[moves], xy[moves, t], atol=2e-3, rtol=1e-3)
        _, state = module.advance(state, temperature, noise[t : t + 1])
        given = module.read(given, rows[:, t + 1 : t + 2], torch.ones(8, dtype=torch.long))


def test_what_was_read_is_gone_on_from(shared: CheckpointModule) -> None:
    """Rows that are handed in lead where drawing them leads: to the same state, bit for bit."""
    arguments = samples.begin(shared, 9, 14)
    drawn, last = shared.advance(*arguments)
    state, temperature, noise = arguments
    read = shared.read(state, drawn[:6].transpose(0, 1), torch.full((9,), 6))
    assert samples.equal(read, shared.advance(state, temperature, noise[:6])[1])
    assert samples.equal(shared.advance(read, temperature, noise[6:])[1], last)


def test_ragged_rows_are_read_as_each_alone(shared: CheckpointModule) -> None:
    """Each drawing reads its own rows and none of the filler: as alone, as row by row, and none of no rows."""
    state, _, _ = samples.begin(shared, 9, 0)
    rows = torch.from_numpy(samples.drawings(9, 12))[:, 1:]
    lengths = torch.tensor([0, 12, 3, 1, 7, 7, 11, 2, 5])
    together = shared.read(state, rows, lengths)
    for i, length in enumerate(lengths.tolist()):
        alone = one = select(state, torch.tensor([i]))
        for t in range(length):
            alone = shared.read(alone, rows[i : i + 1, t : t + 1], torch.ones(1, dtype=torch.long))
        assert samples.equal(alone, select(together, torch.tensor([i])))
        assert samples.equal(shared.read(one, rows[i : i + 1], lengths[i : i + 1]), alone)
    assert samples.equal(select(together, torch.tensor([0])), select(state, torch.tensor([0])))
    assert samples.equal(shared.read(state, rows[:, :0], torch.zeros(9, dtype=torch.long)), state)


def test_the_first_state_is_the_contexts(small: CheckpointModule) -> None:
    """A drawing begins with the start token and the learnt first output; the mixture there foretells its first row."""
    state, _, _ = samples.begin(small, 3, 0)
    network = samples.network()
    assert state[0].tolist() == [[0, 0, 1, 0, 0]] * 3
    assert torch.equal(state[1], network.h0.expand(3, -1))
    assert torch.equal(state[2], 2 * network.c0.expand(3, -1))
    rows = torch.from_numpy(samples.drawings(3, 4))
    xy, pen = small.log_prob(rows, samples.contexts(small, 3))
    torch.testing.assert_close(scored(small, state, rows[:, 1]), (xy[:, 0], pen[:, 0]), atol=1e-4, rtol=1e-4)


def test_arguments_stay_as_they_were(shared: CheckpointModule) -> None:
    """No method changes what it is handed."""
    state, temperature, noise = samples.begin(shared, 8, 3)
    rows, lengths = torch.from_numpy(samples.drawings(8, 5)), torch.full((8,), 3)
    context, subject = samples.contexts(shared, 8), torch.zeros(8, dtype=torch.long)
    given = [*state, temperature, noise, rows, lengths, context, subject]
    copies = [tensor.clone() for tensor in given]
    shared.advance(state, temperature, noise)
    shared.advance(state, 0 * temperature, noise)
    shared.read(state, rows, lengths)
    shared.mixture(state)
    shared.log_prob(rows, context)
    shared.encode(rows, lengths, subject)
    shared.begin(context)
    for tensor, copy in zip(given, copies, strict=True):
        assert torch.equal(tensor, copy)


def test_no_steps_and_no_drawings(shared: CheckpointModule) -> None:
    """Zero steps give the state back; zero drawings give none, by every method."""
    state, temperature, noise = samples.begin(shared, 3, 0)
    drawn, last = shared.advance(state, temperature, noise)
    assert drawn.shape == (0, 3, 5)
    assert samples.equal(last, state)
    state, temperature, noise = samples.begin(shared, 0, 2)
    drawn, last = shared.advance(state, temperature, noise)
    assert drawn.shape == (2, 0, 5)
    assert [part.shape for part in last] == [part.shape for part in state]
    rows, lengths = torch.zeros(0, 3, 5), torch.zeros(0, dtype=torch.long)
    assert samples.equal(shared.read(state, rows, lengths), state)
    assert shared.mixture(state)[1].shape == (0, 5, 2)
    assert shared.log_prob(rows, samples.contexts(shared, 0))[0].shape == (0, 2)
    assert shared.encode(rows, lengths, lengths)[0].shape == (0, samples.LATENT)


def test_rows_are_drawings(small: CheckpointModule) -> None:
    """Pen states are one-hot; a drawing that has ended goes on as end rows (0, 0, 0, 0, 1)."""
    drawn, _ = small.advance(*samples.begin(small, 256, 60))
    assert torch.equal(drawn[..., 2:].sum(-1), torch.ones(60, 256))
    assert bool(((drawn[..., 2:] == 0) | (drawn[..., 2:] == 1)).all())
    ended = drawn[..., 4] == 1
    assert 0.5 < float(ended[-1].float().mean()) <= 1, "most drawings end, so that this shows something"
    assert torch.equal(ended, ended.cummax(0).values)
    assert not drawn[ended][:, :2].any()
    assert bool(drawn[~ended][:, :2].any(-1).all())


def test_an_end_row_keeps_a_drawing_ended(small: CheckpointModule) -> None:
    """A drawing that reads its end row stays ended; the one beside it draws on."""
    state, temperature, noise = samples.begin(small, 2, 1)
    end = torch.tensor([0.0, 0, 0, 0, 1]).expand(2, 1, 5)
    drawn, _ = small.advance(small.read(state, end, torch.tensor([1, 0])), temperature, noise)
    assert drawn[0, 0].tolist() == [0, 0, 0, 0, 1]
    assert drawn[0, 1, :2].any()


def test_zero_temperature_is_the_mode(module: CheckpointModule) -> None:
    """At temperatures 0 a drawing is the most probable component's mean and pen, step by step, whatever the noise."""
    state, temperature, noise = samples.begin(module, 16, 8, temperature=0)
    noise[0, 0] = torch.tensor([1 - 2.0**-24, 1 - 2.0**-24, 8, -8])
    drawn, _ = module.advance(state, temperature, noise)
    assert torch.equal(drawn, drawn[:, :1].expand_as(drawn)), "drawings that differ in noise only"
    one = select(state, torch.tensor([0]))
    for t in range(8):
        log_pi, mean, _, _, log_p = module.mixture(one)
        row, one = module.advance(one, temperature[:1], noise[t : t + 1, :1])
        pen = int(log_p.argmax())
        assert int(row[0, 0, 2:].argmax()) == pen
        if pen == 2:
            break
        torch.testing.assert_close(row[0, 0, :2], mean[0, int(log_pi.argmax())], atol=1e-3, rtol=1e-5)


@pytest.mark.parametrize("tiny", [1e-9, 1e-30, 1e-45])
def test_tiny_temperatures_do_not_overflow(module: CheckpointModule, tiny: float) -> None:
    """Temperatures however small draw finite rows next to the mode's."""
    state, temperature, noise = samples.begin(module, 4, 6, temperature=tiny)
    drawn, _ = module.advance(state, temperature, noise)
    mode, _ = module.advance(state, torch.zeros(4, 2), noise)
    assert bool(drawn.isfinite().all())
    torch.testing.assert_close(drawn, mode, atol=0.05, rtol=0)


@pytest.mark.parametrize("temperature", [10.0, 1e4, 1e9])
def test_large_temperatures_stay_choices(small: CheckpointModule, temperature: float) -> None:
    """However hot, rows are finite and their pens are pens; the three become equally probable."""
    drawn, _ = small.advance(*samples.begin(small, 3000, 1, temperature=temperature))
    assert bool(drawn.isfinite().all())
    if temperature >= 1e4:
        np.testing.assert_allclose(drawn[0, :, 2:].mean(0), 1 / 3, atol=0.04)  # 4 standard errors


@pytest.mark.parametrize("temperature", [1.0, 0.0])
def test_a_held_drawing_does_not_end(small: CheckpointModule, temperature: float) -> None:
    """It goes on as long as it is held; before it would have ended it is the same, and so are others beside it."""
    state, heat, numbers = samples.begin(small, 64, 40, temperature=temperature)
    free, _ = small.advance(state, heat, numbers)
    some = numbers.clone()
    some[:30, ::2] = torch.from_numpy(held(numbers[:30, ::2].numpy(), 30))
    rows, _ = small.advance(state, heat, some)
    assert torch.equal(rows[:, 1::2], free[:, 1::2])
    assert not (rows[:30, ::2, 4] == 1).any()
    ends = (free[:, ::2, 4] == 1).int().argmax(0)
    early = [i for i, end in enumerate(ends.tolist()) if 0 < end < 30]
    assert early or temperature == 0
    for i in early:
        assert torch.equal(rows[: ends[i], 2 * i], free[: ends[i], 2 * i])
