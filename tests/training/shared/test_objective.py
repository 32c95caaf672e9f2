from typing import Any

import pytest
import torch

from tests.training.shared import small
from training.shared.objective import Loss, kl_divergence, loss_of


def loss(**dials: float) -> Loss:
    network, given = small.trained_a_little(), {"like": 0.4, "kl_weight": 0.5, "free": 0.0, **dials}
    torch.manual_seed(2)
    return loss_of(network, small.batch(), **given)


def test_the_divergence_is_torchs() -> None:
    """Of normals from the standard normal."""
    mean, log_variance = torch.randn(5, 3), torch.randn(5, 3)
    normal = torch.distributions.Normal(mean, (0.5 * log_variance).exp())
    standard = torch.distributions.Normal(torch.zeros(5, 3), torch.ones(5, 3))
    expected = torch.distributions.kl_divergence(normal, standard).sum()
    torch.testing.assert_close(kl_divergence(mean, log_variance), expected)


def test_the_loss_is_its_parts() -> None:
    """Nats and the weighted divergence, a point."""
    found, points = loss(), small.batch().points
    assert found.coded == 4
    torch.testing.assert_close(found.total, (found.nats + 0.5 * found.kl) / points)
    heavier = loss(kl_weight=2.0)
    assert torch.equal(heavier.nats, found.nats)
    torch.testing.assert_close(heavier.total - found.total, 1.5 * found.kl / points)


def test_some_nats_of_a_code_are_free() -> None:
    """Below as many, the divergence is charged as they are and pulls at nothing."""
    found = loss(free=1e4)
    torch.testing.assert_close(found.total, (found.nats + 0.5 * 4 * 1e4) / small.batch().points)


@pytest.mark.parametrize(("like", "coded"), [(0.0, 0), (0.01, 1), (0.55, 5), (1.0, 10)])
def test_how_many_are_given_their_code(like: float, coded: int) -> None:
    """The share of the batch, one at least; at 0 none, and nothing of the encoder is trained."""
    network: Any = small.trained_a_little()
    found = loss_of(network, small.batch(), like=like, kl_weight=0.5, free=0.0)
    found.total.backward()  # type: ignore[no-untyped-call]
    assert found.coded == coded
    assert (network.latent.weight.grad is not None) == bool(coded)
    assert (float(found.kl.detach()) > 0) == bool(coded)
