"""Convolutions whose gradients cost a third on CPUs: oneDNN is slow at the weights' where pictures are small.

The gradient of the weights is one matrix product, over all places of all pictures, of what flowed back to each with
what its kernel saw (Chellapilla et al., "High Performance Convolutional Neural Networks for Document Processing",
2006). Measured with 256 channels, pictures of 2 by 2, 256 at once, in bfloat16: 2.6 ms instead of 28.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

FEWEST = 128  # channels out for which it pays


class QuickConvolution(nn.Conv2d):
    """A convolution without bias whose padding keeps the size, in bfloat16 while it learns."""

    def forward(self, x: Tensor) -> Tensor:
        if torch.is_grad_enabled() and torch.is_autocast_enabled("cpu"):
            with torch.autocast("cpu", enabled=False):
                found: Tensor = _Convolution.apply(x.bfloat16(), self.weight.bfloat16(), self.stride)  # type: ignore[no-untyped-call]
                return found
        return super().forward(x)


def quicken(network: nn.Module) -> None:
    """Exchange the convolutions of a network for which it pays, weights and names being kept."""
    for part in list(network.modules()):
        for name, child in part.named_children():
            if isinstance(child, nn.Conv2d) and child.bias is None and child.out_channels >= FEWEST:
                part.add_module(name, _quick(child))


def _quick(convolution: nn.Conv2d) -> QuickConvolution:
    kernel, stride = (_pair(numbers) for numbers in (convolution.kernel_size, convolution.stride))
    padding = (kernel[0] // 2, kernel[1] // 2)
    channels = convolution.in_channels, convolution.out_channels
    quick = QuickConvolution(*channels, kernel, stride, padding, bias=False, device="meta")
    quick.weight = convolution.weight
    return quick


def _pair(numbers: Sequence[int]) -> tuple[int, int]:
    first, second = numbers
    return first, second


class _Convolution(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, stride: tuple[int, int]) -> Tensor:  # noqa: ANN401 - autograd's
        ctx.save_for_backward(x, weight)
        ctx.stride, ctx.padding = stride, (weight.size(2) // 2, weight.size(3) // 2)
        return functional.conv2d(x, weight, None, stride, ctx.padding)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor, Tensor, None]:  # noqa: ANN401 - autograd's
        (gradient,), (x, weight) = gradients, ctx.saved_tensors
        places = (list(ctx.stride), list(ctx.padding), [1, 1], False, [0, 0], 1)
        of_input, *_ = torch.ops.aten.convolution_backward(gradient, x, weight, None, *places, [True, False, False])
        return of_input, weight_gradient(x, gradient, weight.shape, ctx.stride), None


def weight_gradient(x: Tensor, gradient: Tensor, shape: Sequence[int], stride: tuple[int, int]) -> Tensor:
    """The gradient of weights [out, in, kh, kw] from the input [n, in, h, w] and the output's gradient."""
    out, channels, kh, kw = shape
    _, _, high, wide = gradient.shape
    pixels = functional.pad(x.permute(0, 2, 3, 1), (0, 0, kw // 2, kw // 2, kh // 2, kh // 2))
    down, right = stride
    seen = [
        pixels[:, i : i + down * (high - 1) + 1 : down, j : j + right * (wide - 1) + 1 : right]
        for i in range(kh)
        for j in range(kw)
    ]
    columns = torch.cat(seen, dim=-1).flatten(0, 2)
    product = gradient.permute(0, 2, 3, 1).reshape(-1, out).t() @ columns
    return product.view(out, kh, kw, channels).permute(0, 3, 1, 2)
