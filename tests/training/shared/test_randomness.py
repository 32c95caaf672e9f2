import torch

from tests.training.shared.small import CPU
from training.shared.randomness import random_states, restore_random_states


def test_what_was_to_be_drawn_is_drawn_again() -> None:
    """The states are numbers that a file can hold."""
    states = random_states(CPU)
    expected = torch.rand(5)
    torch.rand(3)
    restore_random_states(states, CPU)
    assert torch.equal(torch.rand(5), expected)
    assert all(isinstance(value, torch.Tensor) for value in states.values())
