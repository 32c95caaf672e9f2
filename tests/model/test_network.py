"""The trainable network."""

import pytest
import torch
from torch import Tensor

from model.network import LSTM, Network, NetworkConfig
from tests.model import samples


def rows_of(count: int, points: int) -> Tensor:
    return torch.from_numpy(samples.drawings(count, points))


def test_shapes() -> None:
    """Raw outputs for what follows each row; log likelihoods for each row after the first."""
    network = samples.network(16, 4)
    rows = rows_of(3, 9)
    assert network(rows).shape == (3, 10, 3 + 6 * 4)
    assert [part.shape for part in network.log_likelihood(rows)] == [(3, 9), (3, 9)]


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


def test_every_weight_learns() -> None:
    """The likelihood has a gradient for every parameter, and a step along it raises the likelihood."""
    network = samples.network(16, 4)
    rows = rows_of(8, 20)

    def score() -> Tensor:
        xy, pen = network.log_likelihood(rows)
        return xy.sum() + pen.sum()

    before = score()
    before.backward()  # type: ignore[no-untyped-call]
    with torch.no_grad():
        for parameter in network.parameters():
            assert parameter.grad is not None
            assert bool(parameter.grad.any())
            parameter.add_(parameter.grad, alpha=1e-6)
    assert score() > before


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
