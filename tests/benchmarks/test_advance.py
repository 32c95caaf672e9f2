"""What is timed is what is said to be."""

import torch

from benchmarks.advance import advancing, random_module
from model.drawing import CHUNK
from model.network import NetworkConfig


def test_it_draws_as_many_points_as_it_says() -> None:
    """n drawings of `calls` chunks each, one after another from the start, every time it is run."""
    module = random_module(NetworkConfig(16, 2), torch.device("cpu"))
    made: list[torch.Size] = []

    class Counted:
        start = staticmethod(module.start)

        @staticmethod
        def advance(*arguments: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
            drawn, h, c = module.advance(*arguments)
            made.append(drawn.shape)
            return drawn, h, c

    run = advancing(Counted(), 3, 2, torch.device("cpu"))  # type: ignore[arg-type] # the two methods that it calls
    run()
    run()
    assert made == [torch.Size([CHUNK, 3, 5])] * 4
