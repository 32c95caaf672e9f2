"""The trainable network."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from model.density.point import Point
from model.network import Network, NetworkConfig
from model.systems import SYSTEMS, name_of
from model.trunk import LSTM
from model.weights import stored
from tests.model import samples
from tests.model.textbook import reference, textbook


def rows_of(count: int, points: int) -> Tensor:
    return torch.from_numpy(samples.drawings(count, points))


def test_shapes() -> None:
    """Raw outputs for what follows each row; log likelihoods for each row after the first."""
    network = samples.network(16, 4)
    rows = rows_of(3, 9)
    assert network(rows).shape == (3, 10, 3 + 6 * 4)
    assert [part.shape for part in network.log_likelihood(rows)] == [(3, 9), (3, 9)]


@pytest.mark.parametrize("config", [*(replace(c, hidden=32) for c in SYSTEMS.values()), NetworkConfig()], ids=name_of)
@torch.no_grad()
def test_log_likelihood_agrees_with_numpy(config: NetworkConfig) -> None:
    """Over whole drawings it is the float64 reference of the article's formulas, put right, to 1e-4 at each point."""
    network = samples.network_of(config)
    book, rows = textbook(stored(network), rounds=False), samples.drawings(8, 40)
    for name, tensor in (("w_hidden", network.layer_weights()[1]), ("w_head", network.mixture_head()[0])):
        getattr(book, name)[:] = tensor.double().numpy()  # as they are, where a file holds them in eight bits
    context = book.context(torch.zeros(8, dtype=torch.long), torch.zeros(8, 0))
    want_xy, want_pen, _ = reference(book, rows.astype(np.float64), context)
    xy, pen = network.log_likelihood(torch.from_numpy(rows))
    assert xy.shape == pen.shape == (8, 40)
    np.testing.assert_allclose(xy.numpy(), want_xy, atol=1e-4, rtol=1e-5)
    np.testing.assert_allclose(pen.numpy(), want_pen, atol=1e-4, rtol=1e-5)
    assert want_xy.min() < -5
    assert want_pen.min() < -1, "the drawings must be of some interest"


@pytest.mark.parametrize("name", [name for name, config in SYSTEMS.items() if not config.mixtures])
@torch.no_grad()
def test_squared_error_scores_as_one_normal(name: str) -> None:
    """A network that learnt by squared error scores moves as an isotropic normal about its mean: by its definition."""
    network = samples.network_of(replace(SYSTEMS[name], hidden=32))
    assert isinstance(network.density, Point)
    rows = rows_of(8, 30)
    xy, pen = network.log_likelihood(rows)
    raw, sigma = network(rows[:, :-1]), network.density.log_sigma.exp()
    error = (rows[:, 1:, :2] - network.mean) / network.std - raw[..., -2:]
    want = -(error**2).sum(-1) / (2 * sigma**2) - torch.log(2 * torch.pi * sigma**2) - network.std.log().sum()
    moves = rows[:, 1:, 4] == 0
    torch.testing.assert_close(xy[moves], want[moves], atol=1e-3, rtol=1e-4)
    log_pen = raw[..., :3].log_softmax(-1) if network.density.pen else network.density.log_pen
    torch.testing.assert_close(pen[moves], (log_pen * rows[:, 1:, 2:]).sum(-1)[moves], atol=1e-4, rtol=1e-4)


def test_the_future_is_unknown() -> None:
    """What is believed to follow a row depends on the rows up to it only."""
    network = samples.network(16, 4)
    rows = rows_of(2, 9)
    changed = rows.clone()
    changed[:, 6:, :2] += 50
    before, after = network(rows), network(changed)
    assert torch.equal(before[:, :6], after[:, :6])
    assert not torch.equal(before[:, 6:], after[:, 6:])


def test_lstm_begins_as_sketch_rnns() -> None:
    """Recurrent weights of each gate are orthogonal, the forget gate's bias is 1 and the others' 0."""
    lstm = LSTM(5, 24)
    for gate in torch.split(lstm.weight_hh_l0, 24):
        torch.testing.assert_close(gate @ gate.t(), torch.eye(24), atol=1e-5, rtol=0)
    bias = (lstm.bias_ih_l0 + lstm.bias_hh_l0).view(4, 24)
    assert torch.equal(bias, torch.tensor([0.0, 1, 0, 0]).unsqueeze(1).expand(4, 24))


def step(network: Network, scored: Callable[[Tensor], tuple[Tensor, Tensor]]) -> None:
    """Go along the gradient of a score of some rows, which has to touch all that learns and to raise the score."""
    rows = rows_of(8, 20)

    def score() -> Tensor:
        xy, pen = scored(rows)
        return xy.sum() + pen.sum()

    before = score()
    before.backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for parameter in network.parameters():
            if parameter.requires_grad:
                assert parameter.grad is not None
                assert bool(parameter.grad.any())
                parameter.add_(parameter.grad, alpha=1e-6)
    assert score() > before


def test_every_weight_learns() -> None:
    """The likelihood has a gradient for every parameter, and a step along it raises the likelihood."""
    network = samples.network(16, 4)
    assert all(parameter.requires_grad for parameter in network.parameters())
    step(network, network.log_likelihood)


@pytest.mark.parametrize(("name", "config"), SYSTEMS.items())
def test_every_system_learns(name: str, config: NetworkConfig) -> None:
    """A step along the gradient of what training raises raises it, whatever the system, and touches all that learns."""
    network = samples.network_of(replace(config, hidden=16))
    step(network, network.objective)


def test_without_a_pen_nothing_of_it_counts() -> None:
    """A network that neither reads nor foresees the pen says the same whatever the pen does before."""
    network = samples.network_of(NetworkConfig(16, 0, pen=False))
    rows = rows_of(2, 9)
    lifted = rows.clone()
    lifted[:, :5, 2:] = torch.tensor([0.0, 1, 0])
    assert torch.equal(network(rows), network(lifted))
    assert not torch.equal(
        samples.network_of(NetworkConfig(16, 0))(rows), samples.network_of(NetworkConfig(16, 0))(lifted)
    )


@pytest.mark.parametrize("shape", [{"hidden": 0}, {"mixtures": -1}, {"mixtures": 2, "pen": False}], ids=str)
def test_shapes_that_there_are_not(shape: dict[str, Any]) -> None:
    """Nothing is made of a size below 1, nor of a mixture without a pen."""
    with pytest.raises(ValueError, match="no network has the shape"):
        NetworkConfig(**shape)


def test_mean_and_std_are_no_parameters() -> None:
    """The frame is kept with the weights and is not trained; what it was made from may change."""
    mean = torch.tensor([1.0, 2.0])
    network = Network(NetworkConfig(8, 2), mean, torch.tensor([3.0, 4.0]))
    mean += 1
    assert network.mean.tolist() == [1, 2]
    assert {"mean", "std"} <= set(network.state_dict())
    assert not {"mean", "std"} & {name for name, _ in network.named_parameters()}


def test_dropout_is_for_training_only() -> None:
    """With dropout outputs differ from call to call while training, and not otherwise."""
    network = samples.network(16, 4)
    network.dropout = 0.5
    rows = rows_of(1, 5)
    assert not torch.equal(network.train()(rows), network(rows))
    assert torch.equal(network.eval()(rows), network(rows))


def test_configuration_is_frozen() -> None:
    """A network's shape is set once."""
    with pytest.raises(AttributeError):
        NetworkConfig().hidden = 3  # type: ignore[misc]
