"""The head of a decoder: what the layer's output says of the next row."""

from typing import Optional

import torch
from torch import Tensor, nn

from model.density.sampler import head_order
from model.linear import QuantisedLinear

DIGITS = 2  # of eight bits each: sampled pens and moves show what one digit rounds off


class Head(nn.Module):
    """A weight [3 + 6 K, H] whose products are exact, in the order of the sampler, with zeros for its filler.

    `places` [3 + 6 K], made by `prepare`, says where in that order the numbers are that `model.density.mixture` reads.
    """

    fine: Tensor
    order: Tensor
    places: Tensor

    def __init__(self, integers: Tensor, scale: Tensor, *, finely: bool) -> None:
        """`finely`: how it reads (`model.linear`)."""
        super().__init__()
        self.linear = QuantisedLinear(integers, scale, digits=DIGITS, finely=finely)
        self.register_buffer("fine", torch.tensor([float(finely)]))
        self.outputs = scale.size(0) // DIGITS
        self.order = torch.zeros(0, dtype=torch.long)
        self.places = torch.zeros(0, dtype=torch.long)

    def prepare(self, fast: bool) -> None:
        """Bring the rows into the sampler's order; `fast` as in `QuantisedLinear.prepare`."""
        self.order = head_order(self.outputs).long().to(self.linear.scale.device)
        self.places = torch.argsort(self.order)[: self.outputs]  # filler has the largest number, and comes last
        self.linear.prepare(self.order, torch.ones_like(self.order).float(), fast)

    def ordered(self, bias: Tensor) -> Tensor:
        """A bias [n, 3 + 6 K] in the sampler's order."""
        return torch.cat([bias, torch.zeros_like(bias[:, :1])], 1).index_select(1, self.order)

    def forward(
        self,
        x: Tensor,
        bias: Tensor,
        read: Optional[Tensor] = None,  # noqa: UP045 - for TorchScript
        out: Optional[Tensor] = None,  # noqa: UP045
    ) -> Tensor:
        """Raw outputs [n, ...] for outputs [n, H] of the layer and a bias, in the order of `model.density.sampler`.

        `read`, `out`: as `QuantisedLinear.forward` has them.
        """
        raw: Tensor = self.linear(x, read, out).add_(bias)
        return raw

    def reordered(self, raw: Tensor) -> Tensor:
        """Raw outputs [..., 3 + 6 K] in the order of `model.density.mixture`, of those [..., ...] in the sampler's."""
        return raw.index_select(raw.dim() - 1, self.places)
