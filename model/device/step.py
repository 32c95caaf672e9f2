"""Decoding steps of drawings in fixed slots: `Decoder.advance` without a question that the host has to answer.

A captured CUDA graph does the same operations whatever the data are, so nothing here looks at them. It is `advance` by
the same parts, with one product a step instead of two: what a layer puts out is read once, by the head and by the
layer's next step.

**Exact products on a device.** Both factors are whole numbers of eight bits (`model.linear`), which float16 holds, and
tensor cores sum in float32, which holds the sums of at least 1,032 products. So a step's products are bit for bit those
of the CPU, at float16's speed. What remains is the last bit of sigmoids, exponentials and logarithms: the same seed is
the same picture, but not the same bits, between a CPU and a device (tests/model/device/test_step.py says how often).
"""

from typing import Any

import torch
from torch import Tensor

from model.decoder import Decoder
from model.density.head import DIGITS
from model.device.fused import numbers_on
from model.device.philox import noise_of
from model.device.slots import LEAST, SEED, STEP, STOP, Slots

COLDEST = 1e-30  # of T = 0: only the likeliest choice keeps a probability


class Step:
    """The steps of one network on one device. What it needs of the weights is made here, once."""

    def __init__(self, decoder: Decoder, device: torch.device) -> None:
        """`decoder` lies on the device, and is packed."""
        self.decoder, self.device = decoder, device
        head = decoder.head.linear
        weights = torch.cat([decoder.recurrent.plain.t(), head.plain.t()], 1)
        self.weight = weights.half() if device.type == "cuda" else weights
        self.gain, self.head_gain = decoder.recurrent.gain / head.steps, head.gain / head.steps
        self.bit_for_bit = device.type != "cuda"  # with `advance`, which adds in another order than a GPU likes
        rows = decoder.input
        self.of_rows = torch.cat([rows.dx, rows.dy, torch.zeros_like(rows.dx), rows.lift])
        self._numbers = numbers_on(device)
        self.states = torch.tensor([[1.0, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], device=device)
        self.over = torch.full([1], 2, device=device)
        self.mask = decoder.sampler.mask(decoder.mean)
        self._pool: object = None  # of the memory that graphs work in: one at a time, so they share it

    def pool(self) -> Any:  # noqa: ANN401 - torch names no public type
        """The memory pool of every graph of these steps."""
        if self._pool is None:
            self._pool = torch.cuda.graph_pool_handle()
        return self._pool

    def take(self, slots: Slots, steps: int, *, careful: bool) -> None:
        """So many steps of all drawings: their rows in `slots.rows`, their state and their step numbers brought up.

        `careful`: heed where drawings stop and where they may not end, which takes a few operations more.
        """
        own, orders, n = self.decoder, slots.orders, slots.count
        row, h, twice_c, bias, head = slots.state
        count = torch.arange(steps, device=row.device).unsqueeze(1)
        step = orders[:, STEP] + count
        inverse, uniform, normal = own.sampler.begin(slots.temperature, noise_of(self._numbers(orders[:, SEED], step)))
        inverse.masked_fill_(slots.temperature.unsqueeze(-1) == 0, 1 / COLDEST)
        components = own.sampler.components(row)
        drawn = row.new_empty(steps, n, 5)
        workspace = own.cell.workspace(h, own.group)
        products = self._products(self._read(h), slice(own.sums))
        pen = (row[:, 4] == 1).long() * 2
        now = row
        for i, after in enumerate(drawn.unbind(0)):
            goes_on = (step[i] < orders[:, STOP]).unsqueeze(1)
            before = (h.clone(), twice_c.clone(), pen) if careful else (h, twice_c, pen)
            own.cell.step(self._sums(now, bias, products[:, : own.sums], workspace[0]), h, twice_c, workspace)
            if careful:
                torch.where(goes_on, h, before[0], out=h)
                torch.where(goes_on, twice_c, before[1], out=twice_c)
            whole = self._read(h)
            products = self._products(whole, slice(None))
            raw = self._raw(h, whole, products, head)
            choice = own.sampler.choose(raw, inverse, uniform[i], self.mask)
            if careful:
                choice = own.sampler.go_on(raw, choice, step[i] < orders[:, LEAST])
            component, pens = choice.unbind(1)
            move = own.sampler.move(raw, components + component, normal[i])
            pen = torch.maximum(pens, pen & self.over)  # what has ended stays ended
            torch.index_select(self.states, 0, pen, out=after)
            after[:, :2].mul_(torch.addcmul(own.mean, move, own.std))
            if careful:
                torch.where(goes_on, after, now, out=after)
                pen = torch.where(goes_on.squeeze(1), pen, before[2])
            now = after
        row.copy_(now)
        slots.rows[:, :steps].copy_(drawn.transpose(0, 1))
        orders[:, STEP].add_(steps)

    def _sums(self, row: Tensor, bias: Tensor, products: Tensor, out: Tensor) -> Tensor:
        """The sums of the layer that reads rows [n, 5] and its own outputs; into `out`.

        They are the most numbers of a step, and a GPU's memory is what it waits for: so they are gone through twice.
        """
        if self.bit_for_bit:
            own: Tensor = self.decoder.input(row[:, :1], row[:, 1:2], row[:, 3:4], bias, out)
            return own.add_(products * self.gain)
        return torch.addcmul(bias, products, self.gain, out=out).addmm_(row[:, :4], self.of_rows)

    def _read(self, h: Tensor) -> Tensor:
        """Outputs in whole numbers, as `QuantisedLinear` reads them."""
        steps = self.decoder.recurrent.steps
        return (h * steps).add_(steps).round_().clamp_(0, 2 * steps - 1).sub_(steps)

    def _products(self, whole: Tensor, columns: slice) -> Tensor:
        """Of whole numbers [n, H] with some columns of the weights: whole numbers in float32."""
        weight = self.weight[:, columns]
        if weight.dtype == torch.float16:
            return torch.mm(whole.half(), weight, out_dtype=torch.float32)
        return torch.mm(whole, weight)

    def _raw(self, h: Tensor, whole: Tensor, products: Tensor, bias: Tensor) -> Tensor:
        """What the head makes of outputs h, and of them in whole numbers: as `Head.forward`, in its order."""
        linear = self.decoder.head.linear
        parts = products[:, self.decoder.sums :] * self.head_gain
        if linear.finely:
            rest = self._read((h * linear.steps).sub_(whole))
            parts.add_(self._products(rest, slice(self.decoder.sums, None)).mul_(self.head_gain / linear.steps))
        first, second = parts.chunk(DIGITS, 1)
        return (first + second).add_(bias)
