"""The stored tensors of a decoder, and the matrix products of a decoding step in the form that is fast here."""

from typing import Final, Optional

import torch
from torch import Tensor, nn

from model import layer
from model.network import Network
from model.sampler import head_order


class Weights(nn.Module):
    """The tensors of a decoder: float32 to compute with, matrices in float16 when stored if `half_stored`.

    Buffers `mean`, `std` [2], `h0`, `c0` [L H], those of the lowest layer, `w_input` [4H, 5], `w_hidden` [4H, H],
    `bias` [4H] (`model.layer`; the layers above it are `Layer`s), and `w_head` [3 + 6 K, H] and `b_head`. Two more are
    made of them and not stored, `fused_gates` [4H, H + 8] and `fused_head`.
    """

    inputs: Final[int] = 5  # numbers of a row
    lanes: Final[int] = 4  # rows from which on the products of a CPU's library, not packed, all round the same
    vector: Final[int] = 32  # numbers that torch's loops take at once, at most

    mean: Tensor
    std: Tensor
    h0: Tensor
    c0: Tensor
    bias: Tensor
    b_head: Tensor
    w_input: Tensor
    w_hidden: Tensor
    w_head: Tensor
    fused_gates: Tensor
    fused_head: Tensor
    # `X | None` cannot be said of a TorchScript class, and mypy does not know it
    packed_gates: Optional[torch.classes.quantized.LinearPackedParamsBase]  # type: ignore[name-defined]  # noqa: UP045
    packed_head: Optional[torch.classes.quantized.LinearPackedParamsBase]  # type: ignore[name-defined]  # noqa: UP045

    def __init__(self, network: Network, *, half: bool) -> None:
        super().__init__()
        self.half_stored = half
        w_input, w_hidden, bias = network.layer_weights()[0]
        w_head, b_head = network.mixture_head()
        vectors = {
            "mean": network.mean,
            "std": network.std,
            "h0": network.h0,
            "c0": network.c0,
            "bias": bias,
            "b_head": b_head,
        }
        for name, tensor in vectors.items():
            self.register_buffer(name, layer.stored(tensor, half=False))
        for name, tensor in {"w_input": w_input, "w_hidden": w_hidden, "w_head": w_head}.items():
            self.register_buffer(name, layer.stored(tensor, half=half))
        self.register_buffer("fused_gates", layer.fuse(self.w_hidden, self.w_input, self.bias), persistent=False)
        self.register_buffer("fused_head", self._fuse_head(), persistent=False)
        self.packed_gates = None
        self.packed_head = None

    def __getstate__(self) -> tuple[list[Tensor], list[Tensor], bool]:
        """What the archive holds: vectors, matrices in the stored precision, `half_stored`."""
        matrices = [self.w_input, self.w_hidden, self.w_head]
        if self.half_stored:
            matrices = [matrix.half() for matrix in matrices]
        return [self.mean, self.std, self.h0, self.c0, self.bias, self.b_head], matrices, self.half_stored

    def __setstate__(self, state: tuple[list[Tensor], list[Tensor], bool]) -> None:
        vectors, matrices, self.half_stored = state
        self.mean, self.std, self.h0 = vectors[0], vectors[1], vectors[2]
        self.c0, self.bias, self.b_head = vectors[3], vectors[4], vectors[5]
        self.w_input, self.w_hidden, self.w_head = matrices[0].float(), matrices[1].float(), matrices[2].float()
        self.fused_gates, self.fused_head = layer.fuse(self.w_hidden, self.w_input, self.bias), self._fuse_head()
        self.packed_gates = None
        self.packed_head = None
        self.training = False

    def pack(self) -> bool:
        """Put packed matrices in the fused ones' place, if float16 holds them; says whether they are packed now.

        Raises RuntimeError on a device, or in a build of torch, that has no FBGEMM.
        """
        if self.half_stored and self.packed_gates is None:
            self.packed_gates = torch.ops.quantized.linear_prepack_fp16(self.fused_gates, None)
            self.packed_head = torch.ops.quantized.linear_prepack_fp16(self.fused_head, None)
            self.fused_gates, self.fused_head = self.fused_gates[:0].clone(), self.fused_head[:0].clone()
        return self.packed_gates is not None

    def hidden(self) -> int:
        """H, of each layer."""
        return self.w_hidden.size(1)

    def group(self) -> int:
        """Rows that are computed together: a whole number of groups comes out the same as one of them alone."""
        rows = 1 if self.packed_gates is not None else self.lanes
        while rows * self.hidden() % self.vector != 0:
            rows *= 2
        return rows

    def gates(self, x: Tensor) -> Tensor:
        """As `Layer.gates`, of the lowest layer: x [n, H + 8]."""
        return layer.product(x, self.fused_gates, self.packed_gates)

    def head(self, x: Tensor) -> Tensor:
        """Raw outputs [n, ...] in the order of `model.sampler`, of the x that the uppermost layer has taken."""
        return layer.product(x, self.fused_head, self.packed_head)

    def _fuse_head(self) -> Tensor:
        rows, hidden = self.w_head.size(0), self.hidden()
        inputs = self.inputs if self.h0.size(0) == hidden else hidden  # of the uppermost layer, which it passes over
        fused = layer.with_bias(torch.cat([self.w_head, self.w_head.new_zeros(rows, inputs)], dim=1), self.b_head)
        filler = fused.new_zeros(1, fused.size(1))
        return torch.cat([fused, filler]).index_select(0, head_order(rows).to(fused.device))
