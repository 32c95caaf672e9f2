"""The constants by which a network that learnt by squared error is scored."""

import pytest
import torch

from model.density.point import Point
from model.network import Network, NetworkConfig
from tests.training import shapes
from training.data.corpus import Corpus
from training.loop.calibrate import calibrate
from training.loop.nats import score

CORPUS = Corpus.of(shapes.drawings("square", 60) + shapes.drawings("zigzag", 60))


def network(config: NetworkConfig) -> Network:
    torch.manual_seed(0)
    mean, std = (torch.from_numpy(moment) for moment in CORPUS.offset_moments())
    return Network(config, mean, std)


@pytest.mark.parametrize(
    "config",
    [NetworkConfig(16, 0), NetworkConfig(16, 0, pen=False), NetworkConfig(16, 0, trunk="tanh", pen=False)],
    ids=str,
)
def test_no_other_constants_score_better(config: NetworkConfig) -> None:
    """A wider or a narrower normal, and other odds of the pen, score worse on the drawings that they are fitted to."""
    net = network(config)
    assert isinstance(net.density, Point)
    calibrate(net, CORPUS)
    best = score(net, CORPUS)
    for change in (-0.05, 0.05):
        net.density.log_sigma += change
        assert score(net, CORPUS).xy > best.xy
        net.density.log_sigma -= change
    if not config.pen:
        net.density.log_pen.copy_(torch.log_softmax(net.density.log_pen + torch.tensor([0.0, 0.2, 0.0]), 0))
        assert score(net, CORPUS).pen > best.pen


def test_a_network_that_knows_nothing_has_the_drawings_own_spread() -> None:
    """Foreseeing nothing but the mean, the width is the drawings' own, which is 1, and so is the score."""
    net = network(NetworkConfig(16, 0, pen=False))
    assert isinstance(net.density, Point)
    torch.nn.init.zeros_(net.head.weight)
    torch.nn.init.zeros_(net.head.bias)
    calibrate(net, CORPUS)
    assert float(net.density.log_sigma) == pytest.approx(0, abs=1e-5)
    pens = CORPUS.rows[:, 2:].mean(axis=0)
    assert net.density.log_pen.exp().tolist() == pytest.approx(pens.tolist(), abs=2e-3)
    assert score(net, CORPUS).xy == pytest.approx(1 + float(torch.log(2 * torch.pi * net.std.prod())), abs=1e-4)


def test_a_mixture_has_nothing_to_fit() -> None:
    """It stays as it is; so does the mode that a network was in."""
    net = network(NetworkConfig(16, 2)).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    calibrate(net, CORPUS)
    assert all(torch.equal(before[name], value) for name, value in net.state_dict().items())
    assert net.training
