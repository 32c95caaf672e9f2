"""The loop to compare with is one that draws."""

import torch

from benchmarks.article import article_loop
from model.density.mixture import Mixture
from tests.model import samples

STEPS = 400


@torch.no_grad()
def test_it_draws_from_the_same_density() -> None:
    """Rows have finite moves and one-hot pens, and the moves are as likely as ones that torch draws of the mixture."""
    network = samples.network(16, 3)
    density = Mixture(network.density.mixtures)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        rows = article_loop(network, STEPS, 1.0, 1.0)
        assert rows.shape == (STEPS, 5)
        assert bool(rows.isfinite().all())
        assert torch.equal(rows[:, 2:].sum(1), torch.ones(STEPS))
        seen = torch.cat([torch.tensor([[0.0, 0, 1, 0, 0]]), rows[:-1]])
        raw = network.head(network.lstm(seen, (network.h0.unsqueeze(0), network.c0.unsqueeze(0)))[0])
        component = torch.multinomial(density.log_weights(raw).exp(), 1).squeeze(1)
        mean, log_sigma, rho = (part[torch.arange(STEPS), component] for part in density.components(raw))
        first, second = torch.randn(2, STEPS)
    across = rho * first + (1 - rho**2).sqrt() * second
    again = density.log_density(raw, mean + log_sigma.exp() * torch.stack([first, across], 1))
    got = density.log_density(raw, rows[:, :2])
    error = float((got.var() + again.var()) / STEPS) ** 0.5
    assert abs(float(got.mean() - again.mean())) < 5 * error
