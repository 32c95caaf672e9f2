import pytest
import torch
from torch import nn

from training.classifier.muon import Muon, orthogonal


@pytest.mark.parametrize("shape", [(16, 16), (8, 72), (72, 8)])
def test_no_direction_is_left_behind(shape: tuple[int, int]) -> None:
    """The singular values of a matrix at random come near 1, whatever they were."""
    found = orthogonal(torch.randn(shape, generator=torch.Generator().manual_seed(0)))
    assert found.shape == shape
    values = torch.linalg.svdvals(found)
    assert values.max() < 1.4
    assert values.median() > 0.6


def test_it_goes_down() -> None:
    """Kernels and matrices come to what is wanted of them."""
    torch.manual_seed(0)
    kernel, matrix = nn.Parameter(torch.randn(6, 4, 3, 3)), nn.Parameter(torch.randn(6, 5))
    wanted = torch.randn(6, 4, 3, 3), torch.randn(6, 5)
    optimiser = Muon([kernel, matrix], lr=0.1)
    for step in range(200):
        optimiser.param_groups[0]["lr"] = 0.3 * (1 - step / 200)
        optimiser.zero_grad()
        loss = (kernel - wanted[0]).square().mean() + (matrix - wanted[1]).square().mean()
        loss.backward()  # type: ignore[no-untyped-call]
        optimiser.step()
    assert loss < 0.05


def test_decay_takes_off_in_proportion() -> None:
    """A weight whose gradient is zero shrinks by rate times decay."""
    weight = nn.Parameter(torch.ones(3, 3))
    weight.grad = torch.zeros(3, 3)
    Muon([weight], lr=0.1, decay=0.5).step()
    torch.testing.assert_close(weight.data, torch.full((3, 3), 0.95))
