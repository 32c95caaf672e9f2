"""Draws agree with the density that they are drawn from."""

from pathlib import Path

import pytest
import torch
from torch import Tensor

from model.decoder import Decoder
from model.density.mixture import Mixture
from model.density.sampler import Sampler, Workspace, head_order
from model.state import select
from tests.model import samples

DRAWS = 200_000
ERRORS = 5  # standard errors: one in two million tests would fail by chance, and the seed is fixed


def one_state(mixtures: int, seed: int = 3) -> tuple[Decoder, Tensor, Tensor]:
    """A decoder of distinct components, and one raw output of its head in both orders: network's, sampler's."""
    decoder = Decoder(samples.weights(32, mixtures, seed=seed))
    *_, bias = decoder.begin(samples.contexts(decoder, 1))
    h = torch.rand(1, 32, generator=torch.Generator().manual_seed(seed)) * 2 - 1
    raw = decoder.head(h, bias)
    return decoder, decoder.head.reordered(raw), raw


def working(sampler: Sampler, raw: Tensor) -> Workspace:
    """Where it draws rows by these raw outputs, of offsets that are not standardised."""
    sampler.prepare(torch.zeros(2), torch.ones(2))
    work = sampler.workspace(torch.zeros(len(raw), 5))
    work.raw.copy_(raw)
    return work


def noise_of(n: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.cat([torch.rand(1, n, 2, generator=generator), torch.randn(1, n, 2, generator=generator)], dim=2)


@pytest.mark.parametrize("mixtures", [1, 2, 3, 5, 20])
def test_the_order_of_the_head(mixtures: int) -> None:
    """The sampler's head holds the network's rows where the sampler looks for them, and zeros elsewhere."""
    _, raw, ordered = one_state(mixtures)
    width = max(mixtures, 3)
    pen, component = raw[:, :3], raw[:, 3 : 3 + mixtures]
    torch.testing.assert_close(ordered[:, :mixtures], component)
    torch.testing.assert_close(ordered[:, width : width + 3], pen)
    five = ordered.view(-1, 5)[-mixtures:]
    fields = raw[0, 3 + mixtures :].view(5, mixtures).t()
    torch.testing.assert_close(five, fields)
    order = head_order(raw.size(1))
    assert sorted(order[order < raw.size(1)].tolist()) == list(range(raw.size(1))), "each row once"
    assert not ordered[:, order == raw.size(1)].any()


@pytest.mark.parametrize("mixtures", [1, 2, 5, 20])
@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_choices_come_as_often_as_they_are_probable(mixtures: int, temperature: float) -> None:
    """Components and pens are chosen with probability softmax(logits / T), T_xy for one and T_p for the other."""
    decoder, raw, ordered = one_state(mixtures)
    sampler, density = decoder.sampler, decoder.density
    hot = torch.tensor([[temperature, 1.7 * temperature]]).repeat(DRAWS, 1)
    inverse, uniform, _ = sampler.begin(hot, noise_of(DRAWS))
    work = working(sampler, ordered.repeat(DRAWS, 1))
    sampler.choose(work, inverse, uniform[0])
    for column, logits in enumerate((density.log_weights(raw), density.log_pen(raw))):
        want = torch.softmax(logits[0].double() / float(hot[0, column]), dim=0)
        got = torch.bincount(work.choice[:, column, 0], minlength=len(want)).double() / DRAWS
        assert len(got) == len(want), "never one that there is not"
        error = (want * (1 - want) / DRAWS).sqrt()
        assert bool(((got - want).abs() <= ERRORS * error + 1e-6).all()), (got, want)


@pytest.mark.parametrize("temperature", [0.5, 1.0, 2.0])
def test_moments_agree_with_the_mixture(tmp_path: Path, temperature: float) -> None:
    """Mean and covariance of drawn moves, in pixels, are those of the mixture that `mixture` tells, with T in both."""
    module = samples.loaded(tmp_path, samples.weights(32, 5)).module
    state, _, _ = samples.begin(module, DRAWS, 0)
    [drawn], _ = module.advance(state, torch.full((DRAWS, 2), temperature), noise_of(DRAWS))
    moves = drawn[drawn[:, 4] == 0, :2].double()
    log_pi, mean, sigma, rho, log_p = (part[0].double() for part in module.mixture(select(state, torch.tensor([0]))))
    weight = torch.softmax(log_pi / temperature, dim=0)
    covariance = torch.diag_embed(sigma**2)
    covariance[:, 0, 1] = covariance[:, 1, 0] = rho * sigma.prod(-1)
    want_mean = weight @ mean
    spread = temperature * covariance + (mean - want_mean).unsqueeze(2) * (mean - want_mean).unsqueeze(1)
    want = (weight[:, None, None] * spread).sum(0)
    n = len(moves)
    products = ((moves - want_mean).unsqueeze(2) * (moves - want_mean).unsqueeze(1)).flatten(1)
    for got, expected in ((moves, want_mean), (products, want.flatten())):
        error = got.std(0) / n**0.5
        assert bool(((got.mean(0) - expected).abs() <= ERRORS * error).all()), (got.mean(0), expected, error)
    pens = drawn[:, 2:].double().mean(0)
    want_pens = torch.softmax(log_p / temperature, dim=0)
    assert bool(((pens - want_pens).abs() <= ERRORS * (want_pens * (1 - want_pens) / DRAWS).sqrt()).all())


def test_one_component_has_its_correlation() -> None:
    """Moves of one component have its means, deviations times sqrt(T) and correlation."""
    sampler = Sampler(1)
    raw = torch.zeros(1, (len(head_order(9)))).repeat(DRAWS, 1)
    raw[:, -5:] = torch.tensor([0.3, -0.7, -1.0, 0.5, -0.8])
    inverse, uniform, normal = sampler.begin(torch.full((DRAWS, 2), 0.25), noise_of(DRAWS))
    work, rows = working(sampler, raw), torch.empty(DRAWS, 5)
    sampler.choose(work, inverse, torch.zeros_like(uniform[0]))  # its first pen, which stays down
    sampler.draw(work, normal[0], rows)
    moves = rows[:, :2].double()
    sigma = torch.tensor([-1.0, 0.5]).exp().double() * 0.5
    torch.testing.assert_close(moves.mean(0), torch.tensor([0.3, -0.7]).double(), atol=0.01, rtol=0)
    torch.testing.assert_close(moves.std(0), sigma, atol=0, rtol=0.01)
    rho = Mixture.rho_limit * torch.tanh(torch.tensor(-0.8))
    assert float(moves.t().corrcoef()[0, 1]) == pytest.approx(float(rho), abs=0.005)
    assert inverse[0, 0, 0] == 4


def test_extreme_uniforms_choose_what_is_there() -> None:
    """The smallest and the largest uniform choose a possible component and pen, even beside impossible ones."""
    sampler = Sampler(4)
    raw = torch.zeros(2, len(head_order(27)))
    raw[:, :4] = torch.tensor([-1e4, 0.0, 0.0, -1e4])
    raw[:, 4:7] = torch.tensor([-1e4, 0.0, -1e4])
    noise = torch.zeros(1, 2, 4)
    noise[0, 1, :2] = 1 - 2.0**-24
    inverse, uniform, _ = sampler.begin(torch.ones(2, 2), noise)
    work = working(sampler, raw)
    sampler.choose(work, inverse, uniform[0])
    assert work.choice.squeeze(2).tolist() == [[1, 1], [2, 1]]


def test_the_mode_ignores_fillers() -> None:
    """The most probable of components and pens is one of them, though all are less than zero, the filler's logit."""
    sampler = Sampler(4)
    raw = torch.zeros(1, len(head_order(27)))
    raw[:, :4] = torch.tensor([-5.0, -4, -3, -9])
    raw[:, 4:7] = torch.tensor([-2.0, -3, -4])
    work = working(sampler, raw)
    sampler.choose_mode(work, torch.tensor([[[True], [True]]]))
    assert work.choice.squeeze(2).tolist() == [[2, 0]]
