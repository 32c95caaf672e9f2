"""What a checkpoint does: start, step, advance, log_prob, mixture (the contract of docs/checkpoint.md).

A `Decoder` is compiled to TorchScript as it stands, so its code keeps to what TorchScript compiles. `step` and
`advance` are one loop; `log_prob` runs the same weights over whole sequences.

**Same seed, same drawing, whatever shares the batch.** On a CPU each row comes out bit for bit as it would alone, with
any number of threads. The matrix products are exact (`model.product`). Two things would spoil it elsewhere, for they
round a row otherwise than in other company: the ends of arrays that do not fill a vector of the processor, and threads
that share an array and end their parts anywhere. So rows are computed in groups (`Decoder.group`), and no thread gets a
part of one (`cell.sigmoid`). Other operations do not depend on the place.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.cell import LSTMCell, TanhCell
from model.entry import Entry
from model.head import Head, head_tensors
from model.mixture import Mixture
from model.network import Network, NetworkConfig
from model.product import FloatProduct, Int8Product, restored
from model.sampler import Sampler
from model.trunk import Weights


class Decoder(nn.Module):
    """The trained weights of one category with everything needed to draw: n drawings side by side.

    The state of n drawings is `(h, c)`, each `[n, H]`, or `[n, L H]` with L layers, the lowest first; without memory c
    stays 0. Rows are stroke-5 in pixels, the first of them the start token. Every density is a mixture here: of one
    normal where squared error was learnt (`model.point`).

    Buffers `mean`, `std` [2], `h0`, `c0` [L H] and `above` [L - 1, m], the biases of the layers above the lowest, whose
    own is in `entry`. m = 4 H for an LSTM (gates i, f, g, o), H for a layer without memory. All that adds to the sums
    before a tanh stands there twice, for tanh(g) is 2 sigmoid(2 g) - 1 (`model.cell`).
    """

    mean: Tensor
    std: Tensor
    h0: Tensor
    c0: Tensor
    above: Tensor

    def __init__(self, network: Network, *, int8: bool = True, fine_head: bool = False) -> None:
        """Copy what `network` has learnt. `int8` rounds it: recurrent matrices to eight bits, the head to 16.

        Outputs of layers are then read in eight bits too (`model.product`), in `log_prob` as in `advance`; by a
        `fine_head` in 14, for networks whose score depends on that. Without `int8` all is float32, and company may show
        in the last bits.
        """
        super().__init__()
        for name in ("mean", "std", "h0", "c0"):
            self.register_buffer(name, getattr(network, name).detach().float().cpu().clone())
        weights = [doubled(layer, network.config.hidden) for layer in network.layer_weights()]
        (w_input, w_hidden, bias), *above = weights
        matrices = [w_hidden, *(torch.cat([own, below], dim=1) for below, own, _ in above)]
        products = nn.ModuleList(Int8Product(matrix) if int8 else FloatProduct(matrix) for matrix in matrices)
        self.products = cast("list[Int8Product | FloatProduct]", products)  # as which it is used
        self.register_buffer("above", torch.stack([bias for *_, bias in weights])[1:])
        self.entry = Entry(w_input, bias, self.mean, self.std)
        self.head = Head(*network.mixture_head(), int8=int8, finely=fine_head)
        self.cell = LSTMCell() if network.config.trunk == "lstm" else TanhCell()
        self.density = Mixture(network.density.mixtures)
        self.sampler = Sampler(network.density.mixtures)

    def pack(self) -> bool:
        """Make a rounded decoder fast on an x86 CPU: the same bits from its products. Says whether it is packed now.

        Raises RuntimeError on a device, or in a build of torch, that has no FBGEMM or no oneDNN.
        """
        for product in self.products:
            product.pack()
        return self.head.product.pack()

    def hidden(self) -> int:
        """H, of each layer."""
        return self.h0.size(0) // len(self.products)

    def group(self) -> int:
        """Rows that are computed together: a whole number of groups comes out the same as one of them alone."""
        rows, vector = 1, 32  # numbers that torch's loops take at once, at most
        while rows * self.hidden() % vector != 0:
            rows *= 2
        return rows

    def start(self, n: int) -> tuple[Tensor, Tensor]:
        """First state (h [n, L H], c [n, L H]) of n drawings, before the start token."""
        return self.h0.expand(n, -1).contiguous(), self.c0.expand(n, -1).contiguous()

    def step(
        self, rows: Tensor, h: Tensor, c: Tensor, temperature: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Take in rows [n, 5] and draw what follows: (rows [n, 5], h, c).

        temperature [n, 2] is T_xy, T_p; noise [n, 4] is two uniforms (component, pen) and two standard normals.
        """
        drawn, h, c = self.advance(rows, h, c, temperature, noise.unsqueeze(0))
        return drawn[0], h, c

    def advance(
        self, rows: Tensor, h: Tensor, c: Tensor, temperature: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]:
        """k steps, noise [k, n, 4]: (rows [k, n, 5], h, c). A drawing that has ended goes on as end rows."""
        n, k, group = h.size(0), noise.size(0), self.group()
        padding = [0, 0, 0, -n % group]
        read, outputs, memories, rooms = self._begin(functional.pad(h, padding), functional.pad(c, padding))
        rows = functional.pad(rows, padding)
        temperature = functional.pad(temperature, padding, value=1.0)
        inverse, uniform, normal = self.sampler.begin(temperature, functional.pad(noise, padding))
        mask, components = self.sampler.mask(rows), self.sampler.components(rows)
        cold = temperature == 0
        any_cold = bool(cold.any())
        states = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], device=rows.device).float()
        drawn = rows.new_empty(k, rows.size(0), 5)
        dx, dy, lift = rows[:, :1], rows[:, 1:2], rows[:, 3:4]
        moves, column = drawn[..., :2].unbind(0), [drawn[..., i : i + 1].unbind(0) for i in (0, 1, 3)]
        pen, over = (rows[:, 4] == 1).long() * 2, torch.full([1], 2, device=rows.device)
        for i, after in enumerate(drawn.unbind(0)):
            self._take(dx, dy, lift, read, outputs, memories, rooms, group)
            raw = self.head(outputs[-1])
            choice = self.sampler.choose(raw, inverse, uniform[i], mask)
            if any_cold:
                choice = torch.where(cold, self.sampler.most_probable(raw, mask), choice)
            component, state = choice.unbind(1)
            move = self.sampler.move(raw, components + component, normal[i])
            pen = torch.maximum(state, pen.bitwise_and_(over))  # what has ended stays ended
            torch.index_select(states, 0, pen, out=after)
            moves[i].mul_(torch.addcmul(self.mean, move, self.std))
            dx, dy, lift = column[0][i], column[1][i], column[2][i]
        return drawn[:, :n], torch.cat(outputs, 1)[:n], torch.cat(memories, 1)[:n] / 2

    def log_prob(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Natural log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:], given what precedes each.

        rows [n, T, 5] begin with the start token. xy is 0 at an end row, both are 0 after it. The states are those of
        `advance`, bit for bit.
        """
        n, group = rows.size(0), self.group()
        h, c = self.start(n + -n % group)
        read, outputs, memories, rooms = self._begin(h, c)
        padded = functional.pad(rows, [0, 0, 0, 0, 0, h.size(0) - n])
        said = rows.new_empty(rows.size(1) - 1, h.size(0), self.density.outputs())
        for t, its in enumerate(said.unbind(0)):
            row = padded[:, t]
            self._take(row[:, :1], row[:, 1:2], row[:, 3:4], read, outputs, memories, rooms, group)
            its.copy_(self.head.raw(outputs[-1]))
        raw = said[:, :n].transpose(0, 1)
        return self.density.log_likelihood(raw, rows, self.mean, self.std)

    def mixture(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What is believed to come next after state h [n, L H], in pixels.

        (log_pi [n, K], mean [n, K, 2], sigma [n, K, 2], rho [n, K], log_p [n, 3])
        """
        raw = self.head.raw(h[:, h.size(1) - self.hidden() :])
        mean, log_sigma, rho = self.density.components(raw)
        log_pi, log_p = self.density.log_weights(raw), self.density.log_pen(raw)
        return log_pi, mean * self.std + self.mean, log_sigma.exp() * self.std, rho, log_p

    def _begin(self, h: Tensor, c: Tensor) -> tuple[list[Tensor], list[Tensor], list[Tensor], list[list[Tensor]]]:
        """Where the layers work from state (h, c): what each reads, its outputs in there, twice its memory, its room.

        The lowest reads its own former outputs [n, H], one above those and what is below it [n, 2 H].
        """
        hidden = self.hidden()
        states = torch.split(h, hidden, 1)
        read = [states[0].clone()] + [torch.cat([states[i], states[i - 1]], 1) for i in range(1, len(states))]
        outputs = [x[:, :hidden] for x in read]
        memories = [part.contiguous() for part in torch.split(2 * c, hidden, 1)]
        return read, outputs, memories, [self.cell.room(output) for output in outputs]

    def _take(
        self,
        dx: Tensor,
        dy: Tensor,
        lift: Tensor,
        read: list[Tensor],
        outputs: list[Tensor],
        memories: list[Tensor],
        rooms: list[list[Tensor]],
        group: int,
    ) -> None:
        """Take in rows (`Entry`): the next outputs and memories in the former's place."""
        for i, product in enumerate(self.products):
            sums = rooms[i][0]
            if i == 0:
                self.entry(dx, dy, lift, sums)
            else:
                sums.copy_(self.above[i - 1])
                read[i][:, outputs[i].size(1) :].copy_(outputs[i - 1])
            self.cell.turn(product.add_to(sums, read[i]), outputs[i], memories[i], rooms[i], group)


def doubled(layer: Weights, hidden: int, factor: float = 2.0) -> Weights:
    """Copies of a layer's tensors with the rows that go before a tanh `factor` times: an LSTM's third gate, or all."""
    new = len(layer[2]) // hidden // 2 * hidden  # where they begin
    w_input, w_hidden, bias = (tensor.detach().float().cpu().clone() for tensor in layer)
    for tensor in (w_input, w_hidden, bias):
        tensor[new : new + hidden] *= factor
    return w_input, w_hidden, bias


def to_network(tensors: dict[str, Tensor]) -> Network:
    """A trainable network that starts from the `named_buffers` of a decoder or of a loaded checkpoint.

    It foresees a mixture, as a decoder does, whatever it was trained by, and rounds nothing.
    """
    layers, sums = 1 + tensors["above"].size(0), tensors["entry.bias"].size(0)
    hidden = tensors["h0"].size(0) // layers
    w_head, b_head = head_tensors(tensors, "head")
    mixtures = (len(b_head) - Mixture.pen_states) // Mixture.fields
    config = NetworkConfig(hidden, mixtures, layers, trunk="tanh" if sums == hidden else "lstm")
    network = Network(config, tensors["mean"], tensors["std"])
    lowest, *above = (restored(tensors, f"products.{i}", sums) for i in range(layers))
    weights = [(tensors["entry.w_input"], lowest, tensors["entry.bias"])]
    for matrix, bias in zip(above, tensors["above"], strict=True):
        own, below = torch.split(matrix, hidden, dim=1)
        weights.append((below, own, bias))
    network.trunk.set_layer_weights([doubled(layer, hidden, 0.5) for layer in weights])
    with torch.no_grad():
        network.h0.copy_(tensors["h0"])
        network.c0.copy_(tensors["c0"])
        network.head.weight.copy_(w_head)
        network.head.bias.copy_(b_head)
    return network
