"""A plain loop of decoding steps, captured as a CUDA graph: what a card can do for a network of such a shape.

An LSTM with a context for each drawing, a mixture of 20, sampling on the device. It lacks what a service needs: seeds
of each drawing's own, drawings that end, begin or are steered. Its products are in bfloat16 on a GPU.
"""

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional

MIXTURES = 20
STEPS = 16  # of a graph
SPREAD = 30.0  # pixels
PENS = 3


class PlainLoop:
    """n drawings of random weights."""

    def __init__(self, hidden: int, n: int, device: torch.device) -> None:
        kind = torch.bfloat16 if device.type == "cuda" else torch.float32
        rng = torch.Generator(device).manual_seed(0)

        def some(*shape: int, size: float = 0.1) -> Tensor:
            return size * torch.randn(*shape, generator=rng, device=device)

        self.read = some(5, 4 * hidden)
        self.recurrent = some(hidden, 4 * hidden, size=hidden**-0.5).to(kind)
        self.head = some(hidden, PENS + 6 * MIXTURES, size=hidden**-0.5).to(kind)
        self.context = some(n, 4 * hidden)
        self.h, self.c = torch.zeros(n, hidden, device=device, dtype=kind), torch.zeros(n, hidden, device=device)
        self.row = torch.eye(5, device=device)[2].repeat(n, 1)
        self.pens = torch.eye(PENS, device=device)
        self.cold = torch.full((n, 1), 2.0, device=device)  # 1 / T
        self.noise = torch.rand(STEPS, n, 4, generator=rng, device=device)
        self.rows = torch.empty(STEPS, n, 5, device=device)

    @property
    def points(self) -> int:
        """That a call makes."""
        return STEPS * len(self.row)

    @torch.inference_mode()
    def run(self) -> None:
        """The next steps of all drawings, into `rows`."""
        row, h, c = self.row, self.h, self.c
        for noise, place in zip(self.noise, self.rows, strict=True):
            sums = torch.addmm(self.context, row, self.read) + h @ self.recurrent
            into, forget, new, out = sums.chunk(4, 1)
            c = torch.sigmoid(forget + 1) * c + torch.sigmoid(into) * torch.tanh(new)
            h = (torch.sigmoid(out) * torch.tanh(c)).to(self.h.dtype)
            row = self._drawn((h @ self.head).float(), noise)
            place.copy_(row)
        self.row.copy_(row)
        self.h.copy_(h)
        self.c.copy_(c)

    def _drawn(self, raw: Tensor, noise: Tensor) -> Tensor:
        n, first = len(raw), PENS + MIXTURES
        component = _chosen(raw[:, PENS:first] * self.cold, noise[:, :1])
        pen = _chosen(raw[:, :PENS] * self.cold, noise[:, 1:2])
        fields = raw[:, first:].view(n, 5, MIXTURES)
        mean_x, mean_y, sigma_x, sigma_y, rho = fields.gather(2, component.view(n, 1, 1).expand(-1, 5, 1)).unbind(1)
        rho = 0.999 * torch.tanh(rho)
        a, b = noise[:, 2:3], noise[:, 3:]
        x = mean_x + sigma_x.clamp(-5, 5).exp() * a
        y = mean_y + sigma_y.clamp(-5, 5).exp() * (rho * a + (1 - rho * rho).sqrt() * b)
        return torch.cat([x * SPREAD, y * SPREAD, self.pens[pen]], 1)


def _chosen(logits: Tensor, uniform: Tensor) -> Tensor:
    """Which of the columns, [n], by a number between 0 and 1 each."""
    sums = functional.softmax(logits, 1).cumsum(1)
    return (sums < uniform).sum(1).clamp(max=logits.size(1) - 1)


def captured(call: Callable[[], None], device: torch.device) -> Callable[[], None]:
    """The same as a CUDA graph; on a CPU the call itself."""
    if device.type != "cuda":
        return call
    aside = torch.cuda.Stream(device)  # type: ignore[no-untyped-call]
    aside.wait_stream(torch.cuda.current_stream(device))
    with torch.cuda.stream(aside):  # libraries set themselves up at their first calls
        call()
        call()
    torch.cuda.current_stream(device).wait_stream(aside)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        call()
    return graph.replay
