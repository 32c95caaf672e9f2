"""The matrix products of a decoding step: of what layers put out with a recurrent matrix, and with the head.

They take most of a step's time, so they are done in whole numbers of eight bits, which processors multiply several
times as fast as float32, and of which a small batch reads a quarter of the memory. Sums of whole numbers are exact, so
their order does not matter: every library below gives the same bits, for any batch, on any processor.
"""

from typing import Final, Optional

import torch
from torch import Tensor, nn

# `X | None` cannot be said of a TorchScript class, and mypy does not know it
Packed = Optional[torch.classes.quantized.LinearPackedParamsBase]  # type: ignore[name-defined]  # noqa: UP045


class Int8Product(nn.Module):
    """x [n, k] of numbers in -1..1 times a matrix [m, k], x rounded to eight bits, the matrix to 8 or 16: [n, m].

    Row i of the matrix is `integers` [d m, k], -127 to 127, times `scale` [d m]; with two digits (d = 2) plus row
    m + i, which says what rounding has left of it. x is read in steps of 1/128, as round(128 x + 128) - 128 in float32,
    half to even, at most 127; if it is read `finely`, so is 128 times what that has left of it, as a second digit.
    `pack` finds the fast forms that are exact here:

    * `narrow`, FBGEMM's, which rounds x by itself, or `halves`, whole numbers in float16, where a processor's products
      of eight bits overflow (x86 without VNNI);
    * `wide`, oneDNN's, faster from `many` rows on.
    """

    steps: Final[float] = 128.0  # in 1: a power of two, so that nothing but the rounding itself is inexact
    many: Final[int] = 32

    integers: Tensor
    scale: Tensor
    plain: Tensor
    no_offset: Tensor
    narrow: Packed
    halves: Packed
    wide: Optional[Tensor]  # noqa: UP045 - as above

    def __init__(self, matrix: Tensor, digits: int = 1, *, finely: bool = False) -> None:
        super().__init__()
        self.digits = digits
        self.finely = finely
        integers, scale = rounded(matrix, digits)
        self.register_buffer("integers", integers)
        self.register_buffer("scale", scale)
        self.register_buffer("plain", integers.float(), persistent=False)
        self.register_buffer("no_offset", torch.zeros_like(scale, dtype=torch.long), persistent=False)
        self.narrow = None
        self.halves = None
        self.wide = None

    def __getstate__(self) -> tuple[Tensor, Tensor, int, bool]:
        """What the archive holds: `integers`, `scale`, how many digits, whether x is read finely."""
        return self.integers, self.scale, self.digits, self.finely

    def __setstate__(self, state: tuple[Tensor, Tensor, int, bool]) -> None:
        self.integers, self.scale, self.digits, self.finely = state
        self.plain, self.no_offset = self.integers.float(), torch.zeros_like(self.scale, dtype=torch.long)
        self.narrow = None
        self.halves = None
        self.wide = None
        self.training = False

    def pack(self) -> bool:
        """Put the forms that are fast and exact on this processor in the plain matrix's place; says whether it has.

        Raises RuntimeError on a device, or in a build of torch, that has no FBGEMM or no oneDNN.
        """
        if self.plain.numel() > 0:
            stored = torch._make_per_channel_quantized_tensor(self.integers, self.scale.double(), self.no_offset, 0)  # noqa: SLF001
            self.narrow = torch.ops.quantized.linear_prepack(stored, None)
            self.wide = torch.ops.onednn.qlinear_prepack(self.integers, None)
            if not self._is_exact(self.many):
                self.wide = None
            if not self._is_exact(1):
                self.narrow = None
                self.halves = torch.ops.quantized.linear_prepack_fp16(self.plain, None)
            self.plain = self.plain[:0].clone()
        return True

    def forward(self, x: Tensor) -> Tensor:
        """The product [n, m]."""
        if self.finely:
            rest = (x - (self._read(x) - 128) / self.steps) * self.steps
            parts = self._sums(torch.cat([x, rest]))
            sums = parts[: x.size(0)] + parts[x.size(0) :] / self.steps
        else:
            sums = self._sums(x)
        if self.digits == 1:
            return sums
        rows = sums.size(1) // 2
        return sums[:, :rows] + sums[:, rows:]

    def add_to(self, sums: Tensor, x: Tensor) -> Tensor:
        """sums [n, m], to which the product was added; of one digit, not read finely."""
        wide = self.wide
        if wide is None or x.size(0) < self.many:
            return sums.add_(self._sums(x))
        out: Tensor = torch.ops.onednn.qlinear_pointwise(
            self._read(x).to(torch.uint8), 1 / self.steps, 128, wide, self.scale, self.no_offset, sums, None,
            1.0, 0, torch.float32, 1.0, 0, "sum", 1.0, "none", (), "",
        )  # fmt: skip
        return out

    def _sums(self, x: Tensor) -> Tensor:
        """Of each row of `integers`, by the fastest form: [n, d m]."""
        narrow, wide = self.narrow, self.wide
        if wide is not None and x.size(0) >= self.many:
            out: Tensor = torch.ops.onednn.qlinear_pointwise(
                self._read(x).to(torch.uint8), 1 / self.steps, 128, wide, self.scale, self.no_offset, None,
                1.0, 0, torch.float32, "none", (), "",
            )  # fmt: skip
            return out
        if narrow is not None:
            sums: Tensor = torch.ops.quantized.linear_with_input_q_dq_qweight_dq_output_fp32(
                x, 1 / self.steps, 128, narrow
            )
            return sums
        return self._by_float(x)

    def _is_exact(self, n: int) -> bool:
        """Whether n rows of ones come out right, which overflow if any row does, alone and added to what is there."""
        ones, there = torch.ones(n, self.plain.size(1)), (self.scale / 3).expand(n, -1).contiguous()
        want = self._by_float(ones)
        return torch.equal(self._sums(ones), want) and torch.equal(self.add_to(there.clone(), ones), there + want)

    def _by_float(self, x: Tensor) -> Tensor:
        """Whole numbers in float32, which holds their sums up to 2^24: of 1,032 products at least."""
        whole, halves = self._read(x).sub_(128), self.halves
        if halves is not None:
            sums: Tensor = torch.ops.quantized.linear_dynamic_fp16(whole, halves)
        else:
            sums = torch.mm(whole, self.plain.t())
        return sums.mul_(self.scale / self.steps)

    def _read(self, x: Tensor) -> Tensor:
        return (x * self.steps).add_(128).round_().clamp_(0, 255)


class FloatProduct(nn.Module):
    """The same in float32, nothing rounded: x [n, k] times a matrix [m, k]."""

    matrix: Tensor

    def __init__(self, matrix: Tensor) -> None:
        super().__init__()
        self.register_buffer("matrix", matrix.detach().float().cpu().clone())

    def pack(self) -> bool:
        """Nothing; says that nothing was done."""
        return False

    def forward(self, x: Tensor) -> Tensor:
        """The product [n, m]."""
        return torch.mm(x, self.matrix.t())

    def add_to(self, sums: Tensor, x: Tensor) -> Tensor:
        """sums [n, m], to which the product was added."""
        return sums.add_(self.forward(x))


def rounded(matrix: Tensor, digits: int = 1) -> tuple[Tensor, Tensor]:
    """A matrix [m, k] as (whole numbers of -127 to 127 [d m, k], int8, scale [d m]), each row by its largest number."""
    rest = matrix.detach().float().cpu()
    scale = rest.abs().amax(1, keepdim=True) / 127
    scale[scale == 0] = 1
    parts = []
    for _ in range(digits):
        whole = (rest / scale).round().clamp(-127, 127)
        parts.append((whole.to(torch.int8), scale.squeeze(1)))
        rest, scale = rest - whole * scale, scale / 254  # what is left is at most half a step
    integers, scales = zip(*parts, strict=True)
    return torch.cat(integers), torch.cat(scales)


def restored(tensors: dict[str, Tensor], name: str, rows: int) -> Tensor:
    """The matrix [m, k] of the product of that name among the buffers of a module, m = `rows`."""
    if f"{name}.matrix" in tensors:
        return tensors[f"{name}.matrix"]
    parts = tensors[f"{name}.integers"] * tensors[f"{name}.scale"].unsqueeze(1)
    return parts.view(-1, rows, parts.size(1)).sum(0)
