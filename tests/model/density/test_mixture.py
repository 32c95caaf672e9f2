"""The mixture density, against torch's own distributions and against integrals."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import Categorical, MixtureSameFamily, MultivariateNormal

from model.density.mixture import Mixture
from tests.model import samples


def raw_of(mixtures: int, *shape: int, scale: float = 1.0, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return scale * torch.randn(*shape, 3 + 6 * mixtures, generator=generator, dtype=torch.float64)


def by_torch(density: Mixture, raw: Tensor, offset: Tensor) -> Tensor:
    """Log density of torch's mixture of bivariate normals with the covariance that the raw output means."""
    k = density.mixtures
    mux, muy, log_sx, log_sy, r = torch.split(raw[..., 3 + k :], k, dim=-1)
    sx, sy = log_sx.clamp(-5, 5).exp(), log_sy.clamp(-5, 5).exp()
    across = density.rho_limit * r.tanh() * sx * sy
    covariance = torch.stack([torch.stack([sx**2, across], -1), torch.stack([across, sy**2], -1)], -2)
    normals = MultivariateNormal(torch.stack([mux, muy], -1), covariance)
    mixture = MixtureSameFamily(Categorical(logits=raw[..., 3 : 3 + k]), normals)
    log_density: Tensor = mixture.log_prob(offset)  # type: ignore[no-untyped-call]
    return log_density


@pytest.mark.parametrize("mixtures", [1, 3, 20])
def test_density_is_torchs(mixtures: int) -> None:
    """`log_density` is that of torch.distributions with the same weights, means and covariances."""
    density, raw = Mixture(mixtures), raw_of(mixtures, 50)
    offset = 2 * torch.randn(50, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    torch.testing.assert_close(density.log_density(raw, offset), by_torch(density, raw, offset))


def test_density_integrates_to_one() -> None:
    """Over a fine grid the density sums to 1."""
    density, raw = Mixture(4), raw_of(4, scale=0.4)
    line = torch.linspace(-12, 12, 401, dtype=torch.float64)
    grid = torch.cartesian_prod(line, line)
    total = density.log_density(raw.expand(len(grid), -1), grid).exp().sum() * (24 / 400) ** 2
    assert float(total) == pytest.approx(1, abs=1e-6)


def test_weights_and_pens_are_probabilities() -> None:
    """The weights sum to 1 over the components, the pen states to 1 over the three."""
    density, raw = Mixture(7), raw_of(7, 5, 6)
    assert density.log_weights(raw).shape == (5, 6, 7)
    assert density.log_pen(raw).shape == (5, 6, 3)
    for log_p in (density.log_weights(raw), density.log_pen(raw)):
        torch.testing.assert_close(log_p.exp().sum(-1), torch.ones(5, 6, dtype=torch.float64))


def test_the_worst_outputs_stay_finite() -> None:
    """Log densities of float32 and their gradients are finite for raw outputs and offsets far outside the usual."""
    density = Mixture(3)
    for scale in (0.0, 30.0, 1e4):
        raw = raw_of(3, 64, scale=scale).float().requires_grad_()
        offset = torch.linspace(-300, 300, 64).unsqueeze(1).expand(-1, 2)
        value = density.log_density(raw, offset)
        assert bool(value.isfinite().all())
        value.sum().backward()  # type: ignore[no-untyped-call]
        assert raw.grad is not None
        assert bool(raw.grad.isfinite().all())


def test_a_component_is_never_too_narrow() -> None:
    """Deviations and correlations keep within their limits, so no density grows without end."""
    density = Mixture(1)
    raw = torch.tensor([[0.0, 0, 0, 0, 0, 0, -50.0, 50.0, 50.0]])
    _, log_sigma, rho = density.components(raw)
    assert log_sigma.tolist() == [[[density.log_sigma_min, density.log_sigma_max]]]
    assert float(rho) == pytest.approx(density.rho_limit)


@pytest.mark.parametrize("std", [(1.0, 1.0), (40.0, 25.0)])
def test_likelihood_is_a_density_over_pixels(std: tuple[float, float]) -> None:
    """`log_likelihood` accounts for standardisation: densities over pixels are smaller by both deviations."""
    density, raw = Mixture(4), raw_of(4, 1, 1)
    rows = torch.tensor([[[0.0, 0, 1, 0, 0], [7.0, -3.0, 0, 1, 0]]], dtype=torch.float64)
    mean, scale = torch.tensor([1.0, 2.0]).double(), torch.tensor(std).double()
    xy, pen = density.log_likelihood(raw, rows, mean, scale)
    want = by_torch(density, raw[0], (rows[0, 1:, :2] - mean) / scale) - math.log(std[0] * std[1])
    torch.testing.assert_close(xy[0], want)
    torch.testing.assert_close(pen[0, 0], torch.log_softmax(raw[0, 0, :3], 0)[1])


def test_padding_counts_for_nothing() -> None:
    """The likelihood of a drawing and its gradient do not depend on what stands after its end row."""
    density = Mixture(2)
    rows = torch.from_numpy(samples.drawings(3, 10)).double()
    raw = raw_of(2, 3, 10).requires_grad_()
    ones = torch.ones(2, dtype=torch.float64)
    xy, pen = density.log_likelihood(raw, rows, 0 * ones, ones)
    (xy.sum() + pen.sum()).backward()  # type: ignore[no-untyped-call]
    assert raw.grad is not None
    after = rows[:, :-1, 4] == 1
    assert bool(after.any())
    assert not raw.grad[after].any()
    assert bool(raw.grad[~after].any(-1).all())
    at_end = (rows[:, 1:, 4] == 1) & ~after
    assert not raw.grad[at_end][:, 3:].any(), "the end row has no move"


def test_outputs() -> None:
    """The raw output has 3 pen states and 6 numbers for each component."""
    assert Mixture(20).outputs() == 123
