"""Weights between start and end."""

import torch

from model.network import Network, NetworkConfig
from training.loop.blend import blend


def test_a_blend_lies_between_start_and_end() -> None:
    """Share 0 is the start, 1 what was learnt, 0.25 a quarter of the way."""
    network = Network(NetworkConfig(hidden=4, mixtures=1), torch.zeros(2), torch.ones(2))
    learnt = {name: value.clone() for name, value in network.state_dict().items()}
    began = {name: value + 4 for name, value in learnt.items()}
    for share, distance in ((1.0, 0.0), (0.25, 3.0), (0.0, 4.0)):
        network.load_state_dict(learnt)
        blend(network, began, share)
        for name, value in network.state_dict().items():
            torch.testing.assert_close(value, learnt[name] + distance)
