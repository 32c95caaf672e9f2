"""What a checkpoint does: start, step, advance, log_prob, mixture (the contract of docs/checkpoint.md).

A `Decoder` is compiled to TorchScript as it stands, so its code keeps to what TorchScript compiles. `step` and
`advance` are one loop; `log_prob` runs the same weights over whole sequences.

**Same seed, same drawing, whatever shares the batch.** On a CPU each row comes out bit for bit as it would alone, with
any number of threads. Three things would spoil that, for they round a row otherwise than in other company: matrix
products of fewer than four rows take another path through the library; so do the ends of arrays that do not fill a
vector of the processor; and threads that share an array end their parts anywhere. So rows are computed in groups
(`Weights.group`), and no thread gets a part of one (`cell.sigmoid`). Other operations do not depend on the place.
"""

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame
from model.cell import LSTMCell, TanhCell
from model.layer import Layer
from model.mixture import Mixture
from model.network import Network, NetworkConfig
from model.sampler import Sampler
from model.weights import Weights


class Decoder(nn.Module):
    """The trained weights of one category with everything needed to draw: n drawings side by side.

    The state of n drawings is `(h, c)`, each `[n, H]`, or `[n, L H]` with L layers, the lowest first; without memory c
    stays 0. Rows are stroke-5 in pixels, the first of them the start token. Every density is a mixture here: of one
    normal where squared error was learnt (`model.point`).
    """

    def __init__(self, network: Network, *, half: bool = True) -> None:
        """Copy what `network` has learnt; `half` stores matrices in float16 (they compute in float32)."""
        super().__init__()
        self.weights = Weights(network, half=half)
        above = nn.ModuleList(Layer(*tensors, half=half) for tensors in network.layer_weights()[1:])
        self.above = cast("list[Layer]", above)  # as which it is used
        self.cell = LSTMCell() if network.config.trunk == "lstm" else TanhCell()
        self.density = Mixture(network.density.mixtures)
        self.sampler = Sampler(network.density.mixtures)

    def start(self, n: int) -> tuple[Tensor, Tensor]:
        """First state (h [n, L H], c [n, L H]) of n drawings, before the start token."""
        return self.weights.h0.expand(n, -1).contiguous(), self.weights.c0.expand(n, -1).contiguous()

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
        n, k, group = h.size(0), noise.size(0), self.weights.group()
        padding = [0, 0, 0, -n % group]
        read = self._read(h, rows, padding[3])  # x of each layer
        row = read[0][:, self.weights.hidden() :][:, :5]
        offset = row[:, :2]
        outputs = [x[:, : self.weights.hidden()] for x in read]
        memories = [part.contiguous() for part in (2 * functional.pad(c, padding)).chunk(len(read), 1)]
        rooms = [self.cell.room(output) for output in outputs]
        temperature = functional.pad(temperature, padding, value=1.0)
        inverse, uniform, normal = self.sampler.begin(temperature, functional.pad(noise, padding))
        mask, components = self.sampler.mask(row), self.sampler.components(row)
        cold = temperature == 0
        any_cold = bool(cold.any())
        pen = (row[:, 4] == 1).long() * 2
        states = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], device=row.device).float()
        drawn = row.new_empty(k, row.size(0), 5)
        moves = drawn[..., :2].unbind(0)
        for i, after in enumerate(drawn.unbind(0)):
            offset.sub_(self.weights.mean).div_(self.weights.std)  # as in frame.standardise
            self.cell.turn(self.weights.gates(read[0]), outputs[0], memories[0], rooms[0], group)
            for j, layer in enumerate(self.above):
                read[j + 1][:, self.weights.hidden() : -3].copy_(outputs[j])
                self.cell.turn(layer.gates(read[j + 1]), outputs[j + 1], memories[j + 1], rooms[j + 1], group)
            raw = self.weights.head(read[-1])
            choice = self.sampler.choose(raw, inverse, uniform[i], mask)
            if any_cold:
                choice = torch.where(cold, self.sampler.most_probable(raw, mask), choice)
            component, state = choice.unbind(1)
            move = self.sampler.move(raw, components + component, normal[i])
            pen = torch.maximum(state, pen.bitwise_and(2))  # what has ended stays ended
            torch.index_select(states, 0, pen, out=after)
            moves[i].mul_(torch.addcmul(self.weights.mean, move, self.weights.std))
            row.copy_(after)
        return drawn[:, :n], torch.cat(outputs, 1)[:n], torch.cat(memories, 1)[:n] / 2

    def _read(self, h: Tensor, rows: Tensor, padding: int) -> list[Tensor]:
        """x (`model.layer`) of each layer before its first step, with rows of padding under it."""
        hidden = self.weights.hidden()
        read = [torch.cat([h[:, :hidden], rows], dim=1)]
        for i, _ in enumerate(self.above):
            below = i * hidden
            read.append(torch.cat([h[:, below + hidden : below + 2 * hidden], h[:, below : below + hidden]], dim=1))
        read = [functional.pad(x, [0, 3, 0, padding], value=1.0) for x in read]
        for x in read:
            x[:, -1] = 0
        return read

    def log_prob(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Natural log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:], given what precedes each.

        rows [n, T, 5] begin with the start token. xy is 0 at an end row, both are 0 after it.
        """
        layers, n = len(self.above) + 1, rows.size(0)
        h0 = self.weights.h0.view(layers, 1, -1).expand(layers, n, -1).contiguous()
        c0 = self.weights.c0.view(layers, 1, -1).expand(layers, n, -1).contiguous()
        weights = [self.weights.w_input, self.weights.w_hidden, self.weights.bias, torch.zeros_like(self.weights.bias)]
        for layer in self.above:
            weights += [layer.w_input, layer.w_hidden, layer.bias, torch.zeros_like(layer.bias)]
        hidden = self.cell.sequence(frame.inputs(rows[:, :-1], self.weights.mean, self.weights.std), h0, c0, weights)
        raw = torch.matmul(hidden, self.weights.w_head.t()) + self.weights.b_head
        return self.density.log_likelihood(raw, rows, self.weights.mean, self.weights.std)

    def mixture(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What is believed to come next after state h [n, L H], in pixels.

        (log_pi [n, K], mean [n, K, 2], sigma [n, K, 2], rho [n, K], log_p [n, 3])
        """
        top = h[:, h.size(1) - self.weights.hidden() :]
        raw = torch.addmm(self.weights.b_head, top, self.weights.w_head.t())
        mean, log_sigma, rho = self.density.components(raw)
        log_pi, log_p = self.density.log_weights(raw), self.density.log_pen(raw)
        return log_pi, mean * self.weights.std + self.weights.mean, log_sigma.exp() * self.weights.std, rho, log_p


def to_network(tensors: dict[str, Tensor]) -> Network:
    """A trainable network that starts from the `named_buffers` of a decoder or of a loaded checkpoint.

    It foresees a mixture, as a decoder does, whatever it was trained by.
    """
    tensors = {name.removeprefix("weights."): tensor for name, tensor in tensors.items()}
    layers = 1 + sum(name.endswith(".w_input") for name in tensors)
    gates, hidden = tensors["w_hidden"].shape
    mixtures = (tensors["w_head"].size(0) - Mixture.pen_states) // Mixture.fields
    config = NetworkConfig(hidden, mixtures, layers, trunk="tanh" if gates == hidden else "lstm")
    network = Network(config, tensors["mean"], tensors["std"])
    network.trunk.set_layer_weights(
        [
            (tensors[f"{at}w_input"], tensors[f"{at}w_hidden"], tensors[f"{at}bias"])
            for at in ("", *(f"above.{i}." for i in range(layers - 1)))
        ]
    )
    with torch.no_grad():
        network.h0.copy_(tensors["h0"])
        network.c0.copy_(tensors["c0"])
        network.head.weight.copy_(tensors["w_head"])
        network.head.bias.copy_(tensors["b_head"])
    return network
