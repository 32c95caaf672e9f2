"""What a checkpoint does: context, begin, read, advance, log_prob, mixture (the contract of docs/checkpoint.md).

A `Decoder` is compiled to TorchScript as it stands, so its code keeps to what TorchScript compiles. All methods take
their steps by `_take`; `log_prob` takes the same steps over whole sequences.

**Same seed, same drawing, whatever shares the batch.** On a CPU each row comes out bit for bit as it would alone, with
any number of threads. The matrix products are exact (`model.linear`). Two things would spoil it elsewhere, for they
round a row otherwise than in other company: the ends of arrays that do not fill a vector of the processor, and threads
that share an array and end their parts anywhere. So rows are computed in groups (`cell.group_of`), and no thread gets a
part of one (`cell.block`). Other operations do not depend on the place.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.cell import LSTMCell, TanhCell, doubling, group_of
from model.context import Contexts
from model.density.head import Head
from model.density.mixture import Mixture
from model.density.sampler import Sampler
from model.input_projection import InputProjection
from model.linear import QuantisedLinear
from model.weights import Weights, shape_of

CHANGING = 3  # tensors of a state that steps change; the others stay what the context made them


class Decoder(nn.Module):
    """A network with everything needed to draw any of its subjects: n drawings side by side.

    A state is a list of tensors, first dimension n: the newest row, in pixels, that the layer has not read yet (the
    start token at first); its output h; twice its memory c (without a memory 0); and the drawing's own biases, of the
    sums and of the head, as `begin` makes them of its context. Every density is a mixture here: of one normal where
    squared error was learnt (`model.density.point`).
    """

    mean: Tensor
    std: Tensor
    start: Tensor
    factor: Tensor

    def __init__(self, weights: Weights) -> None:
        """`weights` as `model.weights` has them. Raises WeightsError where they are no network's."""
        super().__init__()
        shape = shape_of(weights)
        self.register_buffer("mean", weights["mean"])
        self.register_buffer("std", weights["std"])
        self.sums, self.size, self.width = shape.sums, shape.hidden, shape.context
        self.group = group_of(shape.hidden)
        self.input = InputProjection(weights["input.weight"])
        self.recurrent = QuantisedLinear(weights["recurrent.integers"], weights["recurrent.scale"])
        self.head = Head(weights["head.linear.integers"], weights["head.linear.scale"], finely=shape.fine_head)
        # `contexts.latent` [w, Z] is of any Z, 0 too
        names = ("base", "table", "latent.integers", "latent.scale")
        self.contexts = Contexts(*(weights[f"contexts.{name}"] for name in names))
        self.cell = LSTMCell() if shape.has_memory else TanhCell()
        self.density = Mixture(shape.mixtures)
        self.sampler = Sampler(shape.mixtures)
        self.start = self.factor = self.mean[:0].clone()
        self.packed = False

    def pack(self, fast: bool = True) -> None:
        """Make the forms of the weights that are multiplied; other methods do so, slowly, where nobody did before.

        `fast`: those of FBGEMM and oneDNN, for an x86 CPU, which give the same bits. Raises RuntimeError on a device,
        or in a build of torch, that has neither.
        """
        self._prepare(fast)
        self.packed = True

    def _prepare(self, fast: bool) -> None:
        self.start = torch.tensor([[0.0, 0.0, 1.0, 0.0, 0.0]], device=self.mean.device)
        self.factor = doubling(self.sums, self.size).to(self.mean.device)
        self.input.prepare(self.mean, self.std, self.factor)
        self.recurrent.prepare(torch.arange(self.sums, device=self.mean.device), self.factor, fast)
        self.head.prepare(fast)
        self.sampler.prepare(self.mean, self.std)

    def context(self, subject: Tensor, latent: Tensor) -> Tensor:
        """Contexts [n, w] of subjects [n] int64, numbers of the card's list, and latent codes [n, Z], zeros for none.

        Made on the CPU, whatever the device, so that a drawing has the same one everywhere.
        """
        out: Tensor = self.contexts(subject, latent)
        return out

    def begin(self, context: Tensor) -> list[Tensor]:
        """The state of n drawings before the start token, of their contexts [n, w]."""
        self._pack_at_need()
        bias, h, c, head = context.split_with_sizes(
            [self.sums, self.size, self.size, self.width - self.sums - 2 * self.size], 1
        )
        row = self.start.expand(context.size(0), 5).clone()
        return [row, h.contiguous(), 2 * c, self.input.constant(bias * self.factor), self.head.ordered(head)]

    def read(self, state: list[Tensor], rows: Tensor, lengths: Tensor) -> list[Tensor]:
        """Take in the first `lengths` [n] of given rows [n, T, 5]: the state that the drawings go on from."""
        self._pack_at_need()
        n = rows.size(0)
        row, h, twice_c, bias, head = self._padded(_kept(state))
        given = functional.pad(rows, [0, 0, 0, 0, 0, h.size(0) - n])
        left = functional.pad(lengths, [0, h.size(0) - n]).unsqueeze(1)
        workspace, blocks = self.cell.workspace(h, twice_c, self.group)
        for t in range(int(lengths.max()) if n > 0 else 0):
            before_h, before_c = h.clone(), twice_c.clone()
            self._take_row(row, h, bias, workspace, blocks)
            reads = left > t
            torch.where(reads, h, before_h, out=h)
            torch.where(reads, twice_c, before_c, out=twice_c)
            row = torch.where(reads, given[:, t], row)
        return [row[:n], h[:n], twice_c[:n], bias[:n], head[:n]]

    def advance(self, state: list[Tensor], temperature: Tensor, noise: Tensor) -> tuple[Tensor, list[Tensor]]:
        """k steps: (rows [k, n, 5], state). A drawing that has ended goes on as end rows.

        temperature [n, 2] is T_xy, T_p; noise [k, n, 4] is two uniforms (component, pen) and two standard normals.
        Where the pen's uniform is negative (`model.density.noise.held`), the drawing does not end at that step.
        """
        rows, state, _ = self.steps(_kept(state), temperature, noise)
        return rows, state

    def steps(self, state: list[Tensor], temperature: Tensor, noise: Tensor) -> tuple[Tensor, list[Tensor], Tensor]:
        """`advance` of a state that it may write to, and what `raw` says of the state before the last step."""
        self._pack_at_need()
        n, k = noise.size(1), noise.size(0)
        rows, h, twice_c, bias, head = self._padded(state)
        padding = [0, 0, 0, h.size(0) - n]
        if padding[3] > 0:
            temperature, noise = functional.pad(temperature, padding, value=1.0), functional.pad(noise, padding)
        noise, held, any_held = self.sampler.release(noise)
        inverse, uniform, normal = self.sampler.begin(temperature, noise)
        cold = (temperature == 0).unsqueeze(-1)
        any_cold = bool(cold.any())
        drawn = rows.new_empty(k, rows.size(0), 5)
        work = self.sampler.workspace(rows)
        workspace, blocks = self.cell.workspace(h, twice_c, self.group)
        common, read = self.input.common(bias, k), self.recurrent.read(h)
        for i, after in enumerate(drawn.unbind(0)):
            self._take(work.dx, work.dy, work.lift, h, read, common, workspace, blocks)
            read = self.recurrent.read(h)  # by the head, and by the next step
            self.head(h, head, read, work.raw)
            self.sampler.choose(work, inverse, uniform[i])
            if any_cold:
                self.sampler.choose_mode(work, cold)
            if any_held:
                self.sampler.go_on(work, held[i])
            self.sampler.draw(work, normal[i], after)
        newest = drawn[k - 1] if k > 0 else rows
        if padding[3] == 0:
            return drawn, [newest, h, twice_c, bias, head], work.raw
        return drawn[:, :n], [newest[:n], h[:n], twice_c[:n], bias[:n], head[:n]], work.raw[:n]

    def log_prob(self, rows: Tensor, context: Tensor) -> tuple[Tensor, Tensor]:
        """Natural log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:], given what precedes each.

        rows [n, T, 5] begin with the start token. xy is 0 at an end row, both are 0 after it. The states are those of
        `advance`, bit for bit.
        """
        n, steps = rows.size(0), rows.size(1) - 1
        _, h, twice_c, bias, head = self._padded(self.begin(context))
        padded = functional.pad(rows, [0, 0, 0, 0, 0, h.size(0) - n])
        said = rows.new_empty(steps, h.size(0), head.size(1))
        workspace, blocks = self.cell.workspace(h, twice_c, self.group)
        common, read = self.input.common(bias, steps), self.recurrent.read(h)
        for t, its in enumerate(said.unbind(0)):
            dx, dy, _, lift, _ = padded[:, t].split_with_sizes([1, 1, 1, 1, 1], 1)
            self._take(dx, dy, lift, h, read, common, workspace, blocks)
            read = self.recurrent.read(h)
            self.head(h, head, read, its)
        raw = self.head.reordered(said[:, :n]).transpose(0, 1)
        return self.density.log_likelihood(raw, rows, self.mean, self.std)

    def mixture(self, state: list[Tensor]) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What comes next, as the next step of `advance` draws from it at temperature 1, in pixels.

        (log_pi [n, K], mean [n, K, 2], sigma [n, K, 2], rho [n, K], log_p [n, 3])
        """
        raw = self.raw(state)
        log_pi, log_p = self.sampler.log_odds(raw)
        mean, sigma, rho = self.normals(self.sampler.components(raw))
        return log_pi, mean, sigma, rho, log_p

    def raw(self, state: list[Tensor]) -> Tensor:
        """The raw outputs [n, ...] that the next rows are drawn from, in the order of `model.density.sampler`."""
        self._pack_at_need()
        row, h, twice_c, bias, head = self._padded(_kept(state))
        workspace, blocks = self.cell.workspace(h, twice_c, self.group)
        self._take_row(row, h, bias, workspace, blocks)
        raw: Tensor = self.head(h, head)
        return raw[: state[0].size(0)]

    def normals(self, components: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """(mean [n, k, 2], sigma [n, k, 2], rho [n, k]) of components [n, k, 5] of raw outputs, in pixels."""
        mean, log_sigma, rho = components.split_with_sizes([2, 2, 1], 2)
        log_sigma = log_sigma.clamp(self.density.log_sigma_min, self.density.log_sigma_max)
        rho = rho.squeeze(2).tanh().mul_(self.density.rho_limit)
        return mean * self.std + self.mean, log_sigma.exp_().mul_(self.std), rho

    def _padded(self, state: list[Tensor]) -> list[Tensor]:
        """A state of whole groups: the same one where it is."""
        padding = [0, 0, 0, -state[0].size(0) % self.group]
        return state if padding[3] == 0 else [functional.pad(part, padding) for part in state]

    def _take(
        self,
        dx: Tensor,
        dy: Tensor,
        lift: Tensor,
        h: Tensor,
        read: Tensor,
        bias: Tensor,
        workspace: Tensor,
        blocks: list[Tensor],
    ) -> None:
        """Take in rows (`InputProjection`) and h, which is `read`: the next h and twice c in the former's place."""
        self.recurrent.add_to(self.input(dx, dy, lift, bias, workspace), h, read)
        self.cell.step(blocks)

    def _take_row(self, row: Tensor, h: Tensor, bias: Tensor, workspace: Tensor, blocks: list[Tensor]) -> None:
        """The same of whole rows [n, 5]."""
        dx, dy, _, lift, _ = row.split_with_sizes([1, 1, 1, 1, 1], 1)
        self._take(dx, dy, lift, h, self.recurrent.read(h), bias, workspace, blocks)

    def _pack_at_need(self) -> None:
        if not self.packed:
            self.pack(False)


def _kept(state: list[Tensor]) -> list[Tensor]:
    """A state with an h and a memory of its own, for steps put the next in the former's place."""
    row, h, twice_c, bias, head = state
    return [row, h.clone(), twice_c.clone(), bias, head]
