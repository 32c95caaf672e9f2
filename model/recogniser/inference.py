"""The network of a recogniser as it judges, which is what an archive holds: rows in, how probable each category is out.

Each normalisation is taken into the convolution before it, which halves the steps. It is plain code that TorchScript
compiles. A file holds matrices in half precision, the factors and biases of the normalisations in float32; `prepare`
makes of them what is multiplied.
"""

import copy
from collections.abc import Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.recogniser.lines import placed
from model.recogniser.network import RecogniserNetwork, Residual, places
from model.recogniser.path import PenPath, sample
from model.recogniser.raster import rasterise

METHODS = ("features", "log_probabilities", "prepare")  # of an archive


class FusedConvolution(nn.Module):
    """A convolution, and the normalisation after it: each channel times `scale`, plus `bias`."""

    weight: Tensor
    scale: Tensor
    bias: Tensor
    fused: Tensor

    def __init__(self, layer: nn.Sequential) -> None:
        super().__init__()
        convolution, norm = layer[0], layer[1]
        assert isinstance(convolution, nn.Conv2d)
        assert isinstance(norm, nn.BatchNorm2d)
        assert norm.running_mean is not None
        assert norm.running_var is not None
        deviation = torch.rsqrt(norm.running_var + norm.eps)
        self.register_buffer("weight", convolution.weight.detach())
        self.register_buffer("scale", norm.weight.detach() * deviation)
        self.register_buffer("bias", -norm.running_mean * deviation * norm.weight.detach() + norm.bias.detach())
        self.stride, self.padding = list(convolution.stride), [size // 2 for size in convolution.kernel_size]
        self.fused = self.bias[:0].clone()  # empty until it is prepared

    def prepare(self) -> None:
        """As of the whole network."""
        fused = self.weight.float() * self.scale[:, None, None, None]
        self.fused = fused.contiguous(memory_format=torch.channels_last)

    def forward(self, x: Tensor) -> Tensor:
        """What the normalisation makes of the convolution of x [n, channels, h, w]."""
        return functional.conv2d(x, self.fused, self.bias, self.stride, self.padding)


class FusedLayer(nn.Module):
    """The same without what is negative."""

    def __init__(self, layer: nn.Sequential) -> None:
        super().__init__()
        self.convolution = FusedConvolution(layer)

    def prepare(self) -> None:
        """As of the whole network."""
        self.convolution.prepare()

    def forward(self, x: Tensor) -> Tensor:
        """Of x [n, channels, h, w]."""
        return functional.relu_(self.convolution(x))


class FusedResidual(nn.Module):
    """See `Residual`."""

    def __init__(self, residual: Residual) -> None:
        super().__init__()
        self.first, self.second = FusedLayer(residual.first), FusedConvolution(residual.second)

    def prepare(self) -> None:
        """As of the whole network."""
        self.first.prepare()
        self.second.prepare()

    def forward(self, x: Tensor) -> Tensor:
        """Of x [n, channels, h, w]."""
        return functional.relu_(self.second(self.first(x)).add_(x))


class InferenceNetwork(nn.Module):
    """Rows of n drawings to what is seen of them, and to probabilities.

    Rows [n, T, 5] count as far as `lengths` [n] says, or to a drawing's end row, if that comes first.
    """

    head_weight: Tensor
    head_bias: Tensor
    temperature: Tensor
    head: Tensor

    def __init__(self, network: RecogniserNetwork) -> None:
        """Of a network that has been trained, whose tensors it shares."""
        super().__init__()
        self.size = network.shape.size
        self.picture, self.path = _fused(network.picture), _fused(network.path)
        self.register_buffer("head_weight", network.head.weight.detach())
        self.register_buffer("head_bias", network.head.bias.detach())
        self.register_buffer("temperature", network.temperature.detach())
        self.head = self.head_bias[:0].clone()
        self.prepared = False

    def prepare(self) -> None:
        """Make what is multiplied of what a file holds; the other methods do so where nobody did before."""
        for part in self.picture:
            part.prepare()  # type: ignore[operator]
        for part in self.path:
            part.prepare()  # type: ignore[operator]
        self.head = self.head_weight.float()
        self.prepared = True

    def features(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """What it sees of the drawings: [n, F]."""
        if not self.prepared:
            self.prepare()
        return self._seen(sample(placed(rows, lengths)))

    def log_probabilities(self, rows: Tensor, lengths: Tensor) -> Tensor:
        """Natural logarithms [n, categories] of how probable each category is."""
        logits = functional.linear(self.features(rows, lengths), self.head, self.head_bias)
        return (logits / self.temperature).log_softmax(dim=-1)

    def _seen(self, path: PenPath) -> Tensor:
        picture, line = self.picture(rasterise(path, self.size)), self.path(places(path))
        return torch.cat([picture.mean(dim=[2, 3]), line.mean(dim=[2, 3])], dim=1)


def halved(network: InferenceNetwork) -> InferenceNetwork:
    """A copy as a file holds it: matrices in half precision, and all else, whose numbers may not fit that, as it is."""
    copied = copy.deepcopy(network)
    copied.load_state_dict(
        {name: value.half().contiguous() if value.dim() > 1 else value for name, value in network.named_buffers()},
        assign=True,
    )
    return copied


def fill(network: InferenceNetwork, weights: Mapping[str, Tensor]) -> None:
    """Give a network other weights. Raises ValueError where they are not finite, RuntimeError for another network's."""
    if not all(value.is_floating_point() and bool(value.isfinite().all()) for value in weights.values()):
        raise ValueError("its weights are not finite numbers")
    network.load_state_dict(weights, assign=True)
    network.prepared = False


def _fused(branch: nn.Sequential) -> nn.Sequential:
    return nn.Sequential(*(FusedResidual(part) if isinstance(part, Residual) else FusedLayer(part) for part in branch))  # type: ignore[arg-type] # a branch holds nothing else
