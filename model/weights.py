"""The stored tensors of a decoder, and the two matrix products of a decoding step in the form that is fast here."""

from typing import Final, Optional

import torch
from torch import Tensor, nn

from model.network import Network
from model.sampler import head_order

NEW = 2  # the place of the tanh among the gates i, f, g, o


class Weights(nn.Module):
    """The tensors of a decoder: float32 to compute with, matrices in float16 when stored if `half_stored`.

    Buffers `mean`, `std` [2], `h0`, `c0` [H], `w_input` [4H, 5], `w_hidden` [4H, H], `bias` [4H] (gates i, f, g, o),
    `w_head` [3 + 6 K, H] and `b_head`. Two more are made of them and not stored, `fused_gates` [4H, H + 8] and
    `fused_head`. They multiply x [n, H + 8]: h [H], a standardised row [5], two ones for the bias, and a zero.

    `pack` brings the fused matrices into the form that a library of products of float16 weights and float32 numbers
    takes: the same values by half the memory traffic, which is what the time of a small batch goes into.
    """

    extra: Final[int] = 8  # numbers of x beside h
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
        lstm = network.lstm
        vectors = {
            "mean": network.mean,
            "std": network.std,
            "h0": network.h0,
            "c0": network.c0,
            "bias": lstm.bias_ih_l0 + lstm.bias_hh_l0,
            "b_head": network.head.bias,
        }
        matrices = {"w_input": lstm.weight_ih_l0, "w_hidden": lstm.weight_hh_l0, "w_head": network.head.weight}
        for name, tensor in vectors.items():
            self.register_buffer(name, tensor.detach().float().cpu().clone())
        for name, tensor in matrices.items():
            value = tensor.detach().float().cpu().clone()
            self.register_buffer(name, value.half().float() if half else value)
        self.register_buffer("fused_gates", self._fuse_gates(), persistent=False)
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
        self.fused_gates, self.fused_head = self._fuse_gates(), self._fuse_head()
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

    def group(self) -> int:
        """Rows that are computed together: a whole number of groups comes out the same as one of them alone."""
        rows = 1 if self.packed_gates is not None else self.lanes
        while rows * self.h0.size(0) % self.vector != 0:
            rows *= 2
        return rows

    def gates(self, x: Tensor) -> Tensor:
        """Gates i, f, 2 g, o [n, 4 H] before their sigmoids, of x [n, H + 8]; tanh(g) is 2 sigmoid(2 g) - 1."""
        packed = self.packed_gates
        if packed is not None:
            gates: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, packed)
            return gates
        return torch.mm(x, self.fused_gates.t())

    def head(self, x: Tensor) -> Tensor:
        """Raw outputs [n, ...] in the order of `model.sampler`, of x [n, H + 8]."""
        packed = self.packed_head
        if packed is not None:
            raw: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, packed)
            return raw
        return torch.mm(x, self.fused_head.t())

    def _fuse_gates(self) -> Tensor:
        halves = _halves(self.bias)
        fused = torch.cat([self.w_hidden, self.w_input, halves, torch.zeros_like(halves[:, :1])], dim=1)
        hidden = self.h0.size(0)
        fused[2 * hidden : 3 * hidden] *= 2  # g; twice a float16 is a float16
        return fused

    def _fuse_head(self) -> Tensor:
        rows, hidden = self.w_head.size(0), self.h0.size(0)
        empty = self.w_head.new_zeros(rows, 5)
        fused = torch.cat([self.w_head, empty, _halves(self.b_head), empty[:, :1]], dim=1)
        filler = fused.new_zeros(1, hidden + self.extra)
        return torch.cat([fused, filler]).index_select(0, head_order(rows).to(fused.device))


def _halves(bias: Tensor) -> Tensor:
    """A bias [m] as two columns [m, 2] of float16 numbers whose sum has 22 of its 24 bits."""
    high = bias.half().float()
    return torch.stack([high, (bias - high).half().float()], dim=1)
