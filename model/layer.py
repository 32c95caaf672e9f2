"""A layer of a decoder's trunk: its tensors, and its matrix product in the form that is fast here.

For one product, what a layer reads is one array x [n, H + I + 3]: its former output h [H], what it reads [I], two ones
for the bias, and a zero. `pack` brings the matrix into the form that a library of products of float16 weights and
float32 numbers takes: the same values by half the memory traffic, which is what the time of a small batch goes into.
"""

from typing import Optional

import torch
from torch import Tensor, nn

# `X | None` cannot be said of a TorchScript class, and mypy does not know it
Packed = Optional[torch.classes.quantized.LinearPackedParamsBase]  # type: ignore[name-defined]  # noqa: UP045


class Layer(nn.Module):
    """A layer above the lowest, which is in `Weights`: `w_input` [m, H], `w_hidden` [m, H], `bias` [m].

    m = 4 H for an LSTM (gates i, f, g, o), H for a layer without memory. Matrices are stored as in `Weights`.
    """

    w_input: Tensor
    w_hidden: Tensor
    bias: Tensor
    fused_gates: Tensor
    packed_gates: Packed

    def __init__(self, w_input: Tensor, w_hidden: Tensor, bias: Tensor, *, half: bool) -> None:
        super().__init__()
        self.half_stored = half
        self.register_buffer("w_input", stored(w_input, half=half))
        self.register_buffer("w_hidden", stored(w_hidden, half=half))
        self.register_buffer("bias", stored(bias, half=False))
        self.register_buffer("fused_gates", fuse(self.w_hidden, self.w_input, self.bias), persistent=False)
        self.packed_gates = None

    def __getstate__(self) -> tuple[list[Tensor], bool]:
        """What the archive holds: matrices in the stored precision and the bias, `half_stored`."""
        matrices = [self.w_input, self.w_hidden]
        if self.half_stored:
            matrices = [matrix.half() for matrix in matrices]
        return [matrices[0], matrices[1], self.bias], self.half_stored

    def __setstate__(self, state: tuple[list[Tensor], bool]) -> None:
        tensors, self.half_stored = state
        self.w_input, self.w_hidden, self.bias = tensors[0].float(), tensors[1].float(), tensors[2]
        self.fused_gates = fuse(self.w_hidden, self.w_input, self.bias)
        self.packed_gates = None
        self.training = False

    def pack(self) -> bool:
        """As `Weights.pack`."""
        if self.half_stored and self.packed_gates is None:
            self.packed_gates = torch.ops.quantized.linear_prepack_fp16(self.fused_gates, None)
            self.fused_gates = self.fused_gates[:0].clone()
        return self.packed_gates is not None

    def gates(self, x: Tensor) -> Tensor:
        """Sums [n, m] of x [n, 2 H + 3], those before a tanh twice: tanh(g) is 2 sigmoid(2 g) - 1."""
        return product(x, self.fused_gates, self.packed_gates)


def stored(tensor: Tensor, *, half: bool) -> Tensor:
    """A copy in float32, with values that float16 holds if `half`."""
    value = tensor.detach().float().cpu().clone()
    return value.half().float() if half else value


def fuse(w_hidden: Tensor, w_input: Tensor, bias: Tensor) -> Tensor:
    """One matrix [m, H + I + 3] of a layer's, the sums before a tanh twice: all, or an LSTM's third gate."""
    fused = with_bias(torch.cat([w_hidden, w_input], dim=1), bias)
    hidden = w_hidden.size(1)
    new = fused.size(0) // hidden // 2 * hidden  # where they begin
    fused[new : new + hidden] *= 2  # twice a float16 is a float16
    return fused


def with_bias(matrix: Tensor, bias: Tensor) -> Tensor:
    """A matrix [m, k] and beside it its bias [m] as two columns of float16 numbers, 22 of its 24 bits, and zeros."""
    high = bias.half().float()
    low = (bias - high).half().float()
    return torch.cat([matrix, high.unsqueeze(1), low.unsqueeze(1), torch.zeros_like(bias).unsqueeze(1)], dim=1)


def product(x: Tensor, plain: Tensor, packed: Packed) -> Tensor:
    """x [n, k] times a matrix [m, k], by its packed form if there is one: [n, m]."""
    if packed is not None:
        out: Tensor = torch.ops.quantized.linear_dynamic_fp16(x, packed)
        return out
    return torch.mm(x, plain.t())
