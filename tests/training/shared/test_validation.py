import pytest
import torch

from model.card import Nats
from tests.training.shared import small
from training.loop.nats import measure
from training.shared.validation import validate

VALID = small.collection().valid


def test_scores_are_those_of_the_network() -> None:
    """At the code 0 and at each drawing's own, with the mean divergence; the mode stays, no random number is drawn."""
    network = small.trained_a_little()
    with torch.no_grad():
        nats: Nats = measure(network.log_likelihood, VALID).nats()
    network.dropout = 0.9  # only while training
    network.train()
    before = torch.get_rng_state()
    found = validate(network, VALID, float32=True)
    assert found.nats.total == pytest.approx(nats.total)
    assert found.like != pytest.approx(nats.total, abs=1e-4)
    assert found.kl > 0
    assert network.training
    assert torch.equal(torch.get_rng_state(), before)


def test_half_precision_scores_alike() -> None:
    """To a hundredth or so of a nat."""
    network = small.trained_a_little()
    half, full = validate(network, VALID, float32=False), validate(network, VALID, float32=True)
    assert half.nats.total == pytest.approx(full.nats.total, abs=0.03)
    assert half.nats.total != full.nats.total
