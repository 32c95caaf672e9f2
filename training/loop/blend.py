"""Weights between those that training began with and those that it ended with."""

import torch
from torch import Tensor

from model.network import Network


def blend(network: Network, began: dict[str, Tensor], share: float) -> None:
    """Weights on the way from where training began to where it ended: `share` of the way.

    What is learnt of few drawings is kept, and less of what was known before is lost (Wortsman et al., "Robust
    fine-tuning of zero-shot models", 2022).
    """
    learnt = network.state_dict()
    network.load_state_dict({name: torch.lerp(began[name], learnt[name], share) for name in learnt})
