"""A network that recognises drawings by their picture and by the path of the pen: two branches, joined at the end.

Both branches are residual (He et al., "Deep Residual Learning for Image Recognition", 2016): one convolves the picture,
the other the path. What each finds is joined and read by one linear layer.
"""

from itertools import pairwise
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.recogniser.path import FIELDS, PenPath
from model.recogniser.raster import CHANNELS, rasterise

TOGETHER = 4  # samples of a path that the first convolution sees as one place
DROPOUT = 0.1

Kernel = tuple[int, int]


class Shape(NamedTuple):
    """Sizes of the network: of the picture, `size` pixels a side, and the channels after each halving of both."""

    categories: int
    size: int = 48
    widths: tuple[int, ...] = (32, 64, 128, 256)
    path_widths: tuple[int, ...] = (64, 96, 160, 256)


class RecogniserNetwork(nn.Module):
    """Paths of n drawings to what is seen of them, and to logits."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.picture = _branch(CHANNELS, shape.widths, Convolution((5, 5), 2), Convolution((3, 3), 2))
        self.path = _branch(TOGETHER * FIELDS, shape.path_widths, Convolution((1, 5), 1), Convolution((1, 5), 2))
        self.dropout = nn.Dropout(DROPOUT)
        self.head = nn.Linear(shape.widths[-1] + shape.path_widths[-1], shape.categories)
        self.register_buffer("temperature", torch.ones(1))  # of the logits (Guo et al., 2017)
        self.temperature: Tensor

    def branches(self, path: PenPath, size: int) -> tuple[Tensor, Tensor]:
        """What the picture, `size` pixels a side, and the path show: [n, last width of each]."""
        seen = self.picture(rasterise(path, size)).mean(dim=(2, 3))
        return seen, self.path(places(path)).mean(dim=(2, 3))

    def features(self, path: PenPath) -> Tensor:
        """What both show together: [n, F]."""
        return torch.cat(self.branches(path, self.shape.size), dim=1)

    def logits(self, features: Tensor) -> Tensor:
        """Logits [n, categories] of features, over the temperature."""
        logits: Tensor = self.head(self.dropout(features))
        return logits / self.temperature


def places(path: PenPath, together: int = TOGETHER) -> Tensor:
    """The samples of paths as the first convolution sees them, in a row of places: [n, channels, 1, places]."""
    n, samples, fields = path.samples.shape
    return path.samples.reshape(n, 1, samples // together, together * fields).permute(0, 3, 1, 2)


class Convolution(NamedTuple):
    """The kernel of a convolution, and by how much it makes its longer axes shorter."""

    kernel: Kernel
    stride: int

    def layer(self, narrow: int, wide: int) -> nn.Sequential:
        """The convolution from so many channels to so many, normalised, without what is negative."""
        stride = (self.stride if self.kernel[0] > 1 else 1, self.stride)
        return nn.Sequential(*_normalised(narrow, wide, self.kernel, stride), nn.ReLU(inplace=True))


class Residual(nn.Module):
    """Two convolutions beside a straight path."""

    def __init__(self, width: int, kernel: Kernel) -> None:
        super().__init__()
        self.first = Convolution(kernel, 1).layer(width, width)
        self.second = nn.Sequential(*_normalised(width, width, kernel, (1, 1)))

    def forward(self, x: Tensor) -> Tensor:
        return functional.relu_(self.second(self.first(x)).add_(x))


def _branch(channels: int, widths: tuple[int, ...], stem: Convolution, halving: Convolution) -> nn.Sequential:
    layers: list[nn.Module] = [stem.layer(channels, widths[0])]
    for narrow, wide in pairwise(widths):
        layers += [halving.layer(narrow, wide), Residual(wide, halving.kernel)]
    return nn.Sequential(*layers)


def _normalised(narrow: int, wide: int, kernel: Kernel, stride: Kernel) -> tuple[nn.Module, nn.Module]:
    padding = (kernel[0] // 2, kernel[1] // 2)
    return nn.Conv2d(narrow, wide, kernel, stride, padding, bias=False), nn.BatchNorm2d(wide)
