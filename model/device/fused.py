"""`Step.take` on a card: kernels of `steps.cu`, and products of whole numbers in float16 on tensor cores.

**Exact products.** Both factors are whole numbers of eight bits (`model.linear`), which float16 holds, and tensor cores
sum in float32, which holds the sums of at least 1,032 products. So a step's products are bit for bit those of the CPU,
at float16's speed. Sigmoids are computed as on the CPU, and moves in float64, so that the same seed is the same drawing
on both (docs/checkpoint.md, On a GPU).
"""

import torch
from torch import Tensor
from torch.nn import functional

from model.decoder import Decoder
from model.density.head import DIGITS
from model.device.compiled import Kernels, columns_of
from model.device.slots import SEED, STOP, Slots
from model.device.step import Step
from model.state import State

TRIED_STEPS, NEAR = 8, 0.01  # pixels


class FusedStep:
    """The steps of one network on one device, three or four launches each; see `Step`."""

    def __init__(self, decoder: Decoder, device: torch.device, kernels: Kernels) -> None:
        """`decoder` lies on the device and is packed; `kernels` are of its sizes."""
        self.decoder, self.device = decoder, device
        self._kernels = kernels
        head, own = decoder.head.linear, decoder.recurrent
        weights = torch.cat([own.plain, head.plain])
        filled = functional.pad(weights, [0, 0, 0, columns_of(decoder) - len(weights)])
        self._weights = (filled.half() if device.type == "cuda" else filled).t()
        self._of_head = self._weights[:, decoder.sums : len(weights)]
        self._gain, self._head_gain = own.gain / head.steps, head.gain / head.steps
        rows = decoder.input
        self._of_row = torch.cat([rows.dx, rows.dy, rows.lift])
        self._frame = torch.cat([decoder.mean, decoder.std]).double()

    def take(self, slots: Slots, steps: int) -> None:
        """So many steps of all drawings, as `Step.take`."""
        row, h, twice_c, bias, head_bias = slots.state
        n, orders, launch = slots.count, slots.orders, self._kernels.launch
        noise = row.new_empty(steps, n, 4)
        whole, rest = (torch.empty_like(h, dtype=torch.float16) for _ in range(2))
        rests = row.new_empty(n, DIGITS * head_bias.size(1))
        launch("prepare", n * steps, [orders, noise, n, steps])
        launch("read_outputs", h.numel(), [h, whole, rest, n])
        products = self._products(whole, self._weights)
        for its in noise.unbind(0):
            read = [orders, row, bias, products, self._gain, self._of_row]
            launch("cell", h.numel(), [*read, h, twice_c, whole, rest, n])
            products = self._products(whole, self._weights)
            if self.decoder.head.linear.finely:
                rests = self._products(rest, self._of_head)
            read = [products, rests, self._head_gain, head_bias, self._frame, its]
            launch("draw", n, [orders, row, *read, slots.rows, n])

    def _products(self, whole: Tensor, weights: Tensor) -> Tensor:
        """Of whole numbers [n, H] in float16: whole numbers in float32."""
        if weights.dtype == torch.float16:
            return torch.mm(whole, weights, out_dtype=torch.float32)
        return torch.mm(whole.float(), weights)


@torch.inference_mode()
def draw_alike(step: FusedStep, other: Step, state: State) -> bool:
    """Whether both go on alike with the drawings of a state, but for what last bits can do."""
    drawn, n = [], len(state[0])
    for each in (step, other):
        slots = Slots(each.decoder, n, each.device)
        everyone = torch.arange(n, device=each.device)
        slots.put(everyone, state)
        slots.orders[:, SEED], slots.orders[:, STOP] = everyone, TRIED_STEPS
        each.take(slots, TRIED_STEPS)
        drawn.append(slots.rows[:, :TRIED_STEPS])
    apart = (drawn[0] - drawn[1]).abs().amax((1, 2))
    return bool((apart < NEAR).sum() > n // 2)
