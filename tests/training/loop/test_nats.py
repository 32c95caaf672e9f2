import numpy as np
import pytest
import torch

from model.network import Network, NetworkConfig
from tests.training import shapes
from training.data.corpus import Corpus
from training.loop.nats import Scores, measure, score

CORPUS = Corpus.of(shapes.drawings("square", 40) + shapes.drawings("zigzag", 30))


def network() -> Network:
    torch.manual_seed(0)
    mean, std = (torch.from_numpy(moment) for moment in CORPUS.offset_moments())
    return Network(NetworkConfig(hidden=8, mixtures=2), mean, std).eval()


def test_the_score_is_the_sum_over_drawings_scored_alone() -> None:
    """Neither padding nor company changes a score: one drawing at a time gives the same nats."""
    net = network()
    scores = measure(net.log_likelihood, CORPUS)
    with torch.no_grad():
        alone = [net.log_likelihood(CORPUS.batch(np.array([i]))) for i in range(len(CORPUS))]
    xy = -sum(float(a.sum()) for a, _ in alone) / CORPUS.points
    pen = -sum(float(b.sum()) for _, b in alone) / (CORPUS.points + len(CORPUS))
    assert scores.nats().xy == pytest.approx(xy, abs=1e-5)
    assert scores.nats().pen == pytest.approx(pen, abs=1e-5)
    assert scores.nats().total == scores.nats().xy + scores.nats().pen


def test_standardisation_does_not_change_what_is_scored() -> None:
    """A network that believes in a wide normal scores the same in pixels whatever its units are."""
    totals = []
    for std in (30.0, 60.0):
        net = Network(NetworkConfig(hidden=4, mixtures=1), torch.zeros(2), torch.full((2,), std)).eval()
        with torch.no_grad():
            net.head.weight.zero_()
            net.head.bias.zero_()
            net.head.bias[6:8] = float(np.log(45.0 / std))  # log sigma: 45 pixels in both
        totals.append(score(net, CORPUS).total)
    assert totals[0] == pytest.approx(totals[1], abs=1e-5)


def test_scoring_leaves_the_network_as_it_was() -> None:
    """Dropout is off while scoring and on again after it."""
    net = network().train()
    net.dropout = 0.9
    first, second = score(net, CORPUS), score(net, CORPUS)
    assert first == second
    assert net.training


def test_the_range_holds_the_score_and_narrows_with_more_drawings() -> None:
    """The bootstrap's 95 % range brackets the total, and four times the drawings about halve it."""
    rng = np.random.default_rng(0)
    small = Scores(rng.normal(300, 60, 50), rng.normal(10, 2, 50), np.full(50, 40))
    large = Scores(np.tile(small.xy, 16), np.tile(small.pen, 16), np.tile(small.moves, 16))
    low, high = small.interval()
    assert low < small.nats().total < high
    assert (large.interval()[1] - large.interval()[0]) < 0.35 * (high - low)
