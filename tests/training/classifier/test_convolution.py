import pytest
import torch
from torch import nn

from training.classifier.convolution import QuickConvolution, quicken, weight_gradient


@pytest.mark.parametrize(("kernel", "stride"), [((3, 3), (1, 1)), ((3, 3), (2, 2)), ((1, 5), (1, 2)), ((5, 5), (2, 2))])
@pytest.mark.parametrize("size", [(7, 7), (8, 8), (1, 16)])
def test_the_gradient_is_autograd_s(kernel: tuple[int, int], stride: tuple[int, int], size: tuple[int, int]) -> None:
    """In double precision, the product gives what autograd gives, at all strides and odd sizes."""
    plain = nn.Conv2d(3, 4, kernel, stride, (kernel[0] // 2, kernel[1] // 2), bias=False, dtype=torch.float64)
    x = torch.randn(2, 3, *size, dtype=torch.float64)
    out = plain(x)
    gradient = torch.randn_like(out)
    out.backward(gradient)
    found = weight_gradient(x, gradient, plain.weight.shape, stride)
    torch.testing.assert_close(found, plain.weight.grad)


def test_wide_convolutions_are_exchanged() -> None:
    """Names and weights stay, narrow ones and those with a bias too; without autocast the output is the same."""
    network = nn.Sequential(nn.Conv2d(2, 8, 3, padding=1, bias=False), nn.Conv2d(8, 128, 3, padding=1, bias=False))
    names, x = list(network.state_dict()), torch.randn(1, 2, 4, 4)
    before = network(x)
    quicken(network)
    assert [type(part) for part in network] == [nn.Conv2d, QuickConvolution]
    assert list(network.state_dict()) == names
    torch.testing.assert_close(network(x), before)


def test_under_autocast_gradients_are_near() -> None:
    """In bfloat16 both gradients are those of float32 to its precision."""
    plain = nn.Conv2d(8, 128, 3, padding=1, bias=False)
    network = nn.Sequential(plain)
    x = torch.randn(4, 8, 6, 6)
    wanted = gradients(network, x, plain.weight, half=False)
    quicken(network)
    for found, expected in zip(gradients(network, x, plain.weight, half=True), wanted, strict=True):
        assert (found - expected).norm() < 0.02 * expected.norm()


def gradients(network: nn.Module, x: torch.Tensor, weight: torch.Tensor, *, half: bool) -> tuple[torch.Tensor, ...]:
    x = x.clone().requires_grad_()
    with torch.autocast("cpu", torch.bfloat16, enabled=half):
        loss = network(x).float().square().sum()
    return torch.autograd.grad(loss, (x, weight))
