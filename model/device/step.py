"""Decoding steps of drawings in fixed slots: `Decoder.advance` without a question that the host has to answer.

A captured CUDA graph does the same operations whatever the data are, so nothing here looks at them. It is `advance` by
the same parts, in operations of torch: what `model.device.fused` does in kernels of our own is tested by it, and it
draws where those cannot be compiled.
"""

import torch
from torch import Tensor

from model.decoder import Decoder
from model.density.head import DIGITS
from model.device.compiled import COLDEST
from model.device.philox import noise_of, philox
from model.device.slots import DRAWN, LEAST, SEED, STEP, STOP, Slots


class Step:
    """The steps of one network on one device. What it needs of the weights is made here, once."""

    def __init__(self, decoder: Decoder, device: torch.device) -> None:
        """`decoder` lies on the device, and is packed."""
        self.decoder, self.device = decoder, device
        head = decoder.head.linear
        weights = torch.cat([decoder.recurrent.plain.t(), head.plain.t()], 1)
        self.weight = weights.half() if device.type == "cuda" else weights
        self.gain, self.head_gain = decoder.recurrent.gain / head.steps, head.gain / head.steps

    def take(self, slots: Slots, steps: int) -> None:
        """So many steps of all drawings: their next rows in `slots.rows`, their state and rows drawn brought up.

        A drawing that has reached its stop stays as it is; one before its least does not end.
        """
        own, orders, n = self.decoder, slots.orders, slots.count
        row, h, twice_c, bias, head = slots.state
        step = (orders[:, STEP] + orders[:, DRAWN]) + torch.arange(steps, device=row.device).unsqueeze(1)
        inverse, uniform, normal = own.sampler.begin(slots.temperature, noise_of(philox(orders[:, SEED], step)))
        inverse.masked_fill_(slots.temperature.unsqueeze(-1) == 0, 1 / COLDEST)
        drawn, work = row.new_empty(steps, n, 5), own.sampler.workspace(row)
        sums, blocks = own.cell.workspace(h, twice_c, own.group)
        products = self._products(self._read(h), slice(own.sums))
        now = row
        for i, after in enumerate(drawn.unbind(0)):
            goes_on = (step[i] < orders[:, STOP]).unsqueeze(1)
            before = h.clone(), twice_c.clone()
            own.input(work.dx, work.dy, work.lift, bias, sums).add_(products[:, : own.sums] * self.gain)
            own.cell.step(blocks)
            torch.where(goes_on, h, before[0], out=h)
            torch.where(goes_on, twice_c, before[1], out=twice_c)
            whole = self._read(h)
            products = self._products(whole, slice(None))
            self._raw(h, whole, products, head, work.raw)
            own.sampler.choose(work, inverse, uniform[i])
            own.sampler.go_on(work, step[i] < orders[:, LEAST])
            own.sampler.draw(work, normal[i], after)
            torch.where(goes_on, after, now, out=after)  # what those that have stopped would draw is not kept
            now = after
        row.copy_(now)
        slots.keep(drawn.transpose(0, 1))

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

    def _raw(self, h: Tensor, whole: Tensor, products: Tensor, bias: Tensor, out: Tensor) -> None:
        """What the head makes of outputs h, and of them in whole numbers, into `out`: as `Head.forward`."""
        linear = self.decoder.head.linear
        parts = products[:, self.decoder.sums :] * self.head_gain
        if linear.finely:
            rest = self._read((h * linear.steps).sub_(whole))
            parts.add_(self._products(rest, slice(self.decoder.sums, None)).mul_(self.head_gain / linear.steps))
        first, second = parts.chunk(DIGITS, 1)
        torch.add(first, second, out=out).add_(bias)
