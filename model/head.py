"""The head of a decoder: what the uppermost layer's output says of the next row."""

from typing import cast

import torch
from torch import Tensor, nn

from model.product import FloatProduct, Int8Product, restored
from model.sampler import head_order


class Head(nn.Module):
    """A weight [3 + 6 K, H] and a bias, kept in the order of `model.sampler`, with 0 for its filler.

    `places` [3 + 6 K] says where in that order the numbers are that `model.mixture` reads.
    """

    bias: Tensor
    places: Tensor

    def __init__(self, weight: Tensor, bias: Tensor, *, int8: bool, finely: bool = False) -> None:
        """`finely`: how it reads, if it is rounded (`model.product`)."""
        super().__init__()
        order = head_order(len(bias))
        self.register_buffer("places", torch.stack([(order == row).nonzero()[0, 0] for row in range(len(bias))]))
        self.register_buffer("bias", _with_filler(bias)[order])
        matrix = _with_filler(weight)[order]
        product = Int8Product(matrix, digits=2, finely=finely) if int8 else FloatProduct(matrix)
        self.product = cast("Int8Product", product)  # as which it is used

    def forward(self, x: Tensor) -> Tensor:
        """Raw outputs [n, ...] for outputs [n, H] of the uppermost layer, in the order of `model.sampler`."""
        raw: Tensor = self.product(x).add_(self.bias)
        return raw

    def raw(self, x: Tensor) -> Tensor:
        """The same in the order of `model.mixture`: [n, 3 + 6 K]."""
        return self.forward(x).index_select(1, self.places)


def head_tensors(tensors: dict[str, Tensor], name: str) -> tuple[Tensor, Tensor]:
    """Weight [3 + 6 K, H] and bias of the head of that name among the buffers of a decoder."""
    bias, places = tensors[f"{name}.bias"], tensors[f"{name}.places"]
    return restored(tensors, f"{name}.product", len(bias))[places], bias[places]


def _with_filler(tensor: Tensor) -> Tensor:
    tensor = tensor.detach().float().cpu()
    return torch.cat([tensor, torch.zeros_like(tensor[:1])])
