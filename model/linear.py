"""Linear layers whose products are exact, so that a drawing does not depend on what shares its batch.

A decoding step's products, of what a layer put out with a recurrent matrix and with the head, take most of its time.
They are done in whole numbers of eight bits, which processors multiply several times as fast as float32, and of which a
small batch reads a quarter of the memory. Sums of whole numbers are exact, so their order does not matter: every
library below gives the same bits, for any batch, on any processor.
"""

from typing import Final, Optional

import torch
from torch import Tensor, nn

# `X | None` cannot be said of a TorchScript class, and mypy does not know it
Packed = Optional[torch.classes.quantized.LinearPackedParamsBase]  # type: ignore[name-defined]  # noqa: UP045


class QuantisedLinear(nn.Module):
    """x [n, k] of numbers in -1..1 times a matrix [m, k], x rounded to eight bits, the matrix to 8 or 16: [n, m].

    Row i of the matrix is `integers` [d m, k], -127 to 127, times `scale` [d m]; with two digits (d = 2) plus row
    m + i, which says what rounding has left of it. x is read in steps of 1/128, as round(128 x + 128) - 128 in float32,
    half to even, at most 127; if it is read `finely`, so is 128 times what that has left of it, as a second digit.

    The two buffers are all that a file holds. `prepare` makes what is multiplied: the rows in another order, each times
    a factor, in the forms that are fast and exact on this processor:

    * `narrow`, FBGEMM's, which rounds x by itself, or `halves`, whole numbers in float16, where a processor's products
      of eight bits overflow (x86 without VNNI);
    * `wide`, oneDNN's, faster from `many` rows on.
    """

    steps: Final[float] = 128.0  # in 1: a power of two, so that nothing but the rounding itself is inexact
    many: Final[int] = 32

    integers: Tensor
    scale: Tensor
    gain: Tensor
    plain: Tensor
    no_offset: Tensor
    zero: Tensor
    unread: Tensor
    narrow: Packed
    halves: Packed
    wide: Optional[Tensor]  # noqa: UP045 - as above

    def __init__(self, integers: Tensor, scale: Tensor, *, digits: int = 1, finely: bool = False) -> None:
        super().__init__()
        self.digits = digits
        self.finely = finely
        self.register_buffer("integers", integers)
        self.register_buffer("scale", scale)
        self.gain = scale[:0].clone()  # of the prepared rows; empty until there are some
        self.plain = scale[:0].clone()
        self.no_offset = torch.zeros(0, dtype=torch.long)
        self.zero = torch.tensor(128.0)  # as what 0 is read
        self.unread = torch.zeros(0, dtype=torch.uint8)
        self.narrow = None
        self.halves = None
        self.wide = None

    def prepare(self, order: Tensor, factor: Tensor, fast: bool) -> None:
        """Multiply by row `order[i]` times `factor[i]` [m'] from now on; a number that is no row stands for zeros.

        `fast`: by FBGEMM and oneDNN, which gives the same bits; raises RuntimeError where this build of torch, or the
        device, has neither.
        """
        integers, scale = self._rows(order)
        self.gain = scale * factor.repeat(self.digits)
        self.no_offset = torch.zeros_like(self.gain, dtype=torch.long)
        self.plain = integers.float()
        if fast:
            stored = torch._make_per_channel_quantized_tensor(integers, self.gain.double(), self.no_offset, 0)  # noqa: SLF001
            self.narrow = torch.ops.quantized.linear_prepack(stored, None)
            self.wide = torch.ops.onednn.qlinear_prepack(integers, None)
            if not self._is_exact(self.many):
                self.wide = None
            if not self._is_exact(1):
                self.narrow = None
                self.halves = torch.ops.quantized.linear_prepack_fp16(self.plain, None)
            self.plain = self.plain[:0].clone()

    def read(self, x: Tensor) -> Tensor:
        """x as whole numbers [n, k], which several layers that read the same can share; empty where none needs them."""
        if self.wide is None or x.size(0) < self.many:
            return self.unread
        return self._read(x).to(torch.int32).to(torch.uint8)  # torch takes twice as long to make bytes of floats

    def forward(
        self,
        x: Tensor,
        read: Optional[Tensor] = None,  # noqa: UP045 - as above
        out: Optional[Tensor] = None,  # noqa: UP045 - as above
    ) -> Tensor:
        """The product [n, m'], of two digits in `out` if it is given. `read`: what `read` made of x, of any layer."""
        sums = self._fine_sums(x, read) if self.finely else self._sums(x, read)
        if self.digits == 1:
            return sums
        rows = sums.size(1) // 2
        first, second = sums.narrow(1, 0, rows), sums.narrow(1, rows, rows)  # by a slice TorchScript takes two parts
        return first + second if out is None else torch.add(first, second, out=out)

    def add_to(self, sums: Tensor, x: Tensor, read: Optional[Tensor] = None) -> Tensor:  # noqa: UP045 - as above
        """sums [n, m'], to which the product was added, in their place; of one digit, not read finely."""
        wide = self.wide
        if wide is None or x.size(0) < self.many:
            return sums.add_(self._sums(x, None))
        out: Tensor = torch.ops.onednn.qlinear_pointwise(
            self._whole(x, read), 1 / self.steps, 128, wide, self.gain, self.no_offset, sums, None,
            1.0, 0, torch.float32, 1.0, 0, "sum", 1.0, "none", (), "",
        )  # fmt: skip
        return sums.copy_(out)  # it is the same; TorchScript, which does not know that, would drop a product not used

    def _rows(self, order: Tensor) -> tuple[Tensor, Tensor]:
        """`integers` and `scale` in another order of their rows, digit after digit."""
        rows = self.scale.size(0) // self.digits
        integers = self.integers.view(self.digits, rows, -1)
        scale = self.scale.view(self.digits, rows)
        zeros, ones = torch.zeros_like(integers[:, :1]), torch.ones_like(scale[:, :1])
        integers = torch.cat([integers, zeros], 1).index_select(1, order)
        return integers.flatten(0, 1), torch.cat([scale, ones], 1).index_select(1, order).flatten()

    def _fine_sums(self, x: Tensor, read: Optional[Tensor]) -> Tensor:  # noqa: UP045 - as above
        """As `_sums`, of x and of what reading it has left."""
        rest = (x * self.steps).sub_(self._read(x) - 128)  # exact, as all of this is but the reading
        if self.wide is not None and x.size(0) >= self.many:
            return self._sums(x, read) + self._sums(rest, None).div_(self.steps)
        parts = self._sums(torch.cat([x, rest]), None)
        return parts[: x.size(0)] + parts[x.size(0) :] / self.steps

    def _whole(self, x: Tensor, read: Optional[Tensor]) -> Tensor:  # noqa: UP045 - as above
        """What is read of x, anew only where it has to be."""
        if read is not None and read.size(0) == x.size(0):
            return read
        return self.read(x)

    def _sums(self, x: Tensor, read: Optional[Tensor]) -> Tensor:  # noqa: UP045 - as above
        """Of each prepared row, by the fastest form: [n, d m']."""
        narrow, wide = self.narrow, self.wide
        if wide is not None and x.size(0) >= self.many:
            out: Tensor = torch.ops.onednn.qlinear_pointwise(
                self._whole(x, read), 1 / self.steps, 128, wide, self.gain, self.no_offset, None,
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
        ones, there = torch.ones(n, self.plain.size(1)), (self.gain / 3).expand(n, -1).contiguous()
        want = self._by_float(ones)
        return torch.equal(self._sums(ones, None), want) and torch.equal(self.add_to(there.clone(), ones), there + want)

    def _by_float(self, x: Tensor) -> Tensor:
        """Whole numbers in float32, which holds their sums up to 2^24: of 1,032 products at least."""
        whole, halves = self._read(x).sub_(128), self.halves
        if halves is not None:
            sums: Tensor = torch.ops.quantized.linear_dynamic_fp16(whole, halves)
        else:
            sums = torch.mm(whole, self.plain.t())
        return sums.mul_(self.gain / self.steps)

    def _read(self, x: Tensor) -> Tensor:
        return torch.add(self.zero, x, alpha=self.steps).round_().clamp_(0, 255)


class FixedPointLinear(nn.Module):
    """x [n, k] of numbers up to `most` times a matrix [m, k], both as whole numbers of 20 and 16 bits: [n, m].

    Their products, summed in float64, are exact for up to 2^17 columns. Made for what is computed once a drawing: it
    takes a millisecond for a million numbers. Buffers `integers` [m, k] int16 and `scale` [m].
    """

    steps: Final[float] = 4096.0  # in 1
    most: Final[float] = 128.0

    integers: Tensor
    scale: Tensor

    def __init__(self, integers: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.register_buffer("integers", integers)
        self.register_buffer("scale", scale)

    def forward(self, x: Tensor) -> Tensor:
        """The product [n, m], the same bits for a row in whatever company; k may be 0."""
        whole = (x.clamp(-self.most, self.most) * self.steps).round().double()
        return torch.mm(whole, self.integers.double().t()).mul(self.scale.double() / self.steps).float()


def quantised(matrix: Tensor, digits: int = 1) -> tuple[Tensor, Tensor]:
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


def restored(integers: Tensor, scale: Tensor, rows: int) -> Tensor:
    """The matrix [m, k] that was `quantised`, m = `rows`."""
    parts = integers * scale.unsqueeze(1)
    return parts.view(-1, rows, parts.size(1)).sum(0)


def fixed_point(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """A matrix [m, k] as (whole numbers of -32767 to 32767 [m, k], int16, scale [m]), each row by its largest."""
    matrix = matrix.detach().float().cpu()
    largest = matrix.abs().amax(1) if matrix.size(1) else torch.zeros(matrix.size(0))
    scale = torch.where(largest > 0, largest / 32767, torch.ones(()))
    return (matrix / scale.unsqueeze(1)).round().to(torch.int16), scale
