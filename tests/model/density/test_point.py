"""Squared error, and the normal that it amounts to."""

import math

import pytest
import torch
from torch import Tensor
from torch.distributions import MultivariateNormal

from model.density.point import Point
from tests.model import samples

MEAN, STD = torch.tensor([1.0, 2.0]).double(), torch.tensor([40.0, 25.0]).double()


def rows_of(count: int, points: int) -> Tensor:
    return torch.from_numpy(samples.drawings(count, points)).double()


def raw_of(point: Point, rows: Tensor) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randn(len(rows), rows.size(1) - 1, point.outputs(), generator=generator, dtype=torch.float64)


@pytest.mark.parametrize("pen", [False, True])
def test_the_objective_is_squared_error(pen: bool) -> None:
    """Minus half of it, over the moves' two numbers and the three probabilities of the pen if it is foreseen."""
    point, rows = Point(pen=pen).double(), rows_of(4, 12)
    raw = raw_of(point, rows)
    xy, odds = point.objective(raw, rows, MEAN, STD)
    target = rows[:, 1:]
    moves = target[..., 4] == 0
    error = (target[..., :2] - MEAN) / STD - raw[..., -2:]
    torch.testing.assert_close(xy[moves], -0.5 * (error**2).sum(-1)[moves])
    if pen:
        brier = (raw[..., :3].softmax(-1) - target[..., 2:]).square().sum(-1)
        torch.testing.assert_close(odds[moves], -0.5 * brier[moves])
    else:
        assert not odds.any()
    assert not xy[~moves].any(), "an end row has no move"


@pytest.mark.parametrize("pen", [False, True])
def test_the_likelihood_is_a_normals(pen: bool) -> None:
    """In pixels, isotropic in standardised units, of the fitted width, with the pen's odds or its fitted ones."""
    point, rows = Point(pen=pen).double(), rows_of(4, 12)
    point.fit(0.09, torch.tensor([70.0, 20.0, 7.0]).double())
    raw = raw_of(point, rows)
    xy, odds = point.log_likelihood(raw, rows, MEAN, STD)
    covariance = torch.diag(0.09 * STD**2)
    want = MultivariateNormal(raw[..., -2:] * STD + MEAN, covariance).log_prob(rows[:, 1:, :2])  # type: ignore[no-untyped-call]
    moves = rows[:, 1:, 4] == 0
    torch.testing.assert_close(xy[moves], want[moves])
    log_p = raw[..., :3].log_softmax(-1) if pen else torch.log(torch.tensor([0.71, 0.21, 0.08]).double())
    torch.testing.assert_close(odds[moves], (log_p * rows[:, 1:, 2:]).sum(-1)[moves])


@pytest.mark.parametrize("pen", [False, True])
def test_squared_error_and_likelihood_agree_about_moves(pen: bool) -> None:
    """At width 1 the log likelihood of moves is the objective but for a constant: the article's equivalence."""
    point, rows = Point(pen=pen).double(), rows_of(4, 12)
    raw = raw_of(point, rows)
    moves = rows[:, 1:, 4] == 0
    apart = (point.log_likelihood(raw, rows, MEAN, STD)[0] - point.objective(raw, rows, MEAN, STD)[0])[moves]
    torch.testing.assert_close(apart, torch.full_like(apart, -math.log(2 * math.pi) - float(STD.log().sum())))


@pytest.mark.parametrize("pen", [False, True])
def test_a_head_becomes_a_mixtures(pen: bool) -> None:
    """The head of a mixture of one gives the same likelihood as the head of points that it was made of."""
    point, rows = Point(pen=pen).double(), rows_of(4, 12)
    point.fit(0.25, torch.tensor([70.0, 20.0, 7.0]).double())
    hidden = torch.rand(4, 12, 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1))
    weight, bias = torch.randn(point.outputs(), 8).double(), torch.randn(point.outputs()).double()
    whole, its_bias = point.as_mixture(weight, bias)
    assert whole.shape == (9, 8)
    got = point.as_one.log_likelihood(hidden @ whole.t() + its_bias, rows, MEAN, STD)
    for one, other in zip(got, point.log_likelihood(hidden @ weight.t() + bias, rows, MEAN, STD), strict=True):
        torch.testing.assert_close(one, other)


def test_no_state_of_the_pen_is_impossible() -> None:
    """One that was never seen has a probability, and they sum to 1."""
    point = Point(pen=False)
    point.fit(1.0, torch.tensor([98.0, 0.0, 1.0]))
    torch.testing.assert_close(point.log_pen.exp(), torch.tensor([99.0, 1.0, 2.0]) / 102)
