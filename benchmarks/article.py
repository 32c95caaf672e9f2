"""A decoding loop in the manner of the article's published code, to compare with. Written by us, with our weights.

One drawing; from Python, for each point, one call of `nn.LSTM`, softmaxes without temperature and then, by way of
logarithms, with it, a draw of torch's MultivariateNormal from each of the K components, a Multinomial that picks one
of these, and another Multinomial for the pen. Gradients are off for the network only, as there.
https://quentin-auge.github.io/teaching-a-neural-network-to-draw.html
"""

import torch
from torch import Tensor
from torch.distributions import Multinomial, MultivariateNormal

from model.density.mixture import Mixture
from model.network import Network


def article_loop(network: Network, steps: int, temp_xy: float, temp_p: float) -> Tensor:
    """Rows [steps, 5] with standardised offsets, decoded one after another."""
    row = torch.tensor([[[0.0, 0.0, 1.0, 0.0, 0.0]]], device=network.mean.device)
    with torch.no_grad():
        state = (network.h0.view(1, 1, -1).contiguous(), network.c0.view(1, 1, -1).contiguous())
    rows = []
    for _ in range(steps):
        with torch.no_grad():
            hidden, state = network.lstm(row, state)
            pen, pi, mean, sigma, rho = _parameters(network, network.head(hidden)[0])
        spread = sigma * temp_xy**0.5
        points = MultivariateNormal(mean, _covariance(spread, rho)).sample()
        picked = _pick(_heated(pi, temp_xy)).unsqueeze(-1).repeat(1, 1, 2)
        move = (picked * points).sum(dim=-2)
        row = torch.cat([move, _pick(_heated(pen, temp_p))], dim=1).unsqueeze(0)
        rows.append(row[0, 0])
    return torch.stack(rows)


def _parameters(network: Network, raw: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Pen [1, 3], weights [1, K], means and deviations [1, K, 2], correlations [1, K] of raw [1, 3 + 6 K]."""
    k = network.density.mixtures
    pen, pi, mean_x, mean_y, log_x, log_y, r = torch.split(raw, [3, k, k, k, k, k, k], dim=-1)
    low, high = Mixture.log_sigma_min, Mixture.log_sigma_max
    sigma = torch.stack([log_x.clamp(low, high).exp(), log_y.clamp(low, high).exp()], dim=-1)
    rho = Mixture.rho_limit * r.tanh()
    return pen.softmax(dim=-1), pi.softmax(dim=-1), torch.stack([mean_x, mean_y], dim=-1), sigma, rho


def _covariance(sigma: Tensor, rho: Tensor) -> Tensor:
    x, y = sigma.unbind(dim=-1)
    across = rho * x * y
    return torch.stack([torch.stack([x**2, across], dim=-1), torch.stack([across, y**2], dim=-1)], dim=-2)


def _heated(probabilities: Tensor, temperature: float) -> Tensor:
    logits = probabilities.log()
    return ((logits - logits.max()) / temperature).softmax(dim=-1)


def _pick(probabilities: Tensor) -> Tensor:
    """One-hot."""
    drawn: Tensor = Multinomial(1, probabilities).sample()  # type: ignore[no-untyped-call]
    return drawn
