"""A decoding loop in the manner of the article's published code, to compare with. Written by us, with our weights.

One drawing, `nn.LSTM` called a step at a time from Python, softmaxes, `torch.distributions`: a draw from each of the
K components, of which a Multinomial picks one, and another Multinomial for the pen.
https://quentin-auge.github.io/teaching-a-neural-network-to-draw.html
"""

import torch
from torch import Tensor
from torch.distributions import Multinomial, MultivariateNormal

from model.network import Network


@torch.no_grad()
def article_loop(network: Network, steps: int, temp_xy: float, temp_p: float) -> Tensor:
    """Rows [steps, 5] with standardised offsets, decoded one after another."""
    density = network.density
    k = density.mixtures
    row = torch.tensor([[[0.0, 0.0, 1.0, 0.0, 0.0]]], device=network.mean.device)
    state = (network.h0.view(1, 1, -1).contiguous(), network.c0.view(1, 1, -1).contiguous())
    rows = []
    for _ in range(steps):
        hidden, state = network.lstm(row, state)
        raw = network.head(hidden)[0, 0]
        pi = torch.softmax(raw[3 : 3 + k] / temp_xy, dim=0)
        pen = torch.softmax(raw[:3] / temp_p, dim=0)
        mean_x, mean_y, log_x, log_y, r = raw[3 + k :].view(5, k)
        sigma_x = torch.exp(log_x.clamp(density.log_sigma_min, density.log_sigma_max))
        sigma_y = torch.exp(log_y.clamp(density.log_sigma_min, density.log_sigma_max))
        across = density.rho_limit * torch.tanh(r) * sigma_x * sigma_y
        covariance = torch.zeros(k, 2, 2, device=raw.device)
        covariance[:, 0, 0] = sigma_x**2
        covariance[:, 0, 1] = covariance[:, 1, 0] = across
        covariance[:, 1, 1] = sigma_y**2
        points = MultivariateNormal(torch.stack([mean_x, mean_y], dim=1), temp_xy * covariance).sample()
        component = _pick(pi).argmax()
        row = torch.cat([points[component], _pick(pen)]).view(1, 1, 5)
        rows.append(row[0, 0])
    return torch.stack(rows)


def _pick(probabilities: Tensor) -> Tensor:
    """One-hot."""
    drawn: Tensor = Multinomial(1, probabilities).sample()  # type: ignore[no-untyped-call]
    return drawn
