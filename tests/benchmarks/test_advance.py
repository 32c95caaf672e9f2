"""What is timed is what is said to be."""

from dataclasses import replace
from typing import Any

import torch

from benchmarks.advance import advancing, random_checkpoint
from model.drawing import CHUNK
from model.network import NetworkConfig


def test_it_draws_as_many_points_as_it_says() -> None:
    """n drawings of `calls` chunks each, one after another from the start, every time it is run."""
    checkpoint = random_checkpoint(NetworkConfig(16, 2), torch.device("cpu"), subjects=3)
    made: list[torch.Tensor] = []

    class Counted:
        context, begin = staticmethod(checkpoint.module.context), staticmethod(checkpoint.module.begin)

        @staticmethod
        def advance(*arguments: Any) -> Any:
            drawn, state = checkpoint.module.advance(*arguments)
            made.append(drawn)
            return drawn, state

    run = advancing(replace(checkpoint, module=Counted()), [0, 1, 2], 2)  # type: ignore[arg-type] # what it calls
    run()
    run()
    assert [drawn.shape for drawn in made] == [torch.Size([CHUNK, 3, 5])] * 4
    assert torch.equal(made[0], made[2])
    assert torch.equal(made[1], made[3])
    assert not torch.equal(made[0], made[1])


def test_subjects_have_contexts_of_their_own() -> None:
    """Random weights of several subjects draw each of them otherwise."""
    checkpoint = random_checkpoint(NetworkConfig(16, 2), torch.device("cpu"), subjects=3)
    contexts = checkpoint.contexts([0, 1, 2])
    assert len(checkpoint.card.subjects) == 3
    assert not torch.equal(contexts[0], contexts[1])
