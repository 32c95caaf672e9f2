"""What a checkpoint does: start, step, advance, log_prob, mixture (the contract of docs/checkpoint.md).

A `Decoder` is compiled to TorchScript as it stands, so its code keeps to what TorchScript compiles. `step` and
`advance` are one loop; `log_prob` runs the same weights over whole sequences.

**Same seed, same drawing, whatever shares the batch.** On a CPU each row comes out bit for bit as it would alone, with
any number of threads. Three things would spoil that, for they round a row otherwise than in other company: matrix
products of fewer than four rows take another path through the library; so do the ends of arrays that do not fill a
vector of the processor; and threads that share an array end their parts anywhere. So rows are computed in groups
(`Weights.group`), and no thread gets a part of one (`_sigmoid`). Other operations do not depend on the place.
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import frame
from model.mixture import Mixture
from model.network import Network, NetworkConfig
from model.sampler import Sampler
from model.weights import Weights


class Decoder(nn.Module):
    """The trained weights of one category with everything needed to draw: n drawings side by side.

    The state of n drawings is `(h [n, H], c [n, H])`. Rows are stroke-5 in pixels, the first of them the start token.
    """

    unshared: Final[int] = 32768  # numbers that torch computes in one thread (at::internal::GRAIN_SIZE)

    def __init__(self, network: Network, *, half: bool = True) -> None:
        """Copy what `network` has learnt; `half` stores matrices in float16 (they compute in float32)."""
        super().__init__()
        self.weights = Weights(network, half=half)
        self.density = Mixture(network.config.mixtures)
        self.sampler = Sampler(network.config.mixtures)

    def start(self, n: int) -> tuple[Tensor, Tensor]:
        """First state (h [n, H], c [n, H]) of n drawings, before the start token."""
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
        n, k, hidden = h.size(0), noise.size(0), h.size(1)
        padding = [0, 0, 0, -n % self.weights.group()]
        x = functional.pad(torch.cat([h, rows], dim=1), [0, 3, 0, padding[3]], value=1.0)
        x[:, hidden + 7] = 0
        h, row = x[:, :hidden], x[:, hidden : hidden + 5]
        offset = row[:, :2]
        temperature = functional.pad(temperature, padding, value=1.0)
        inverse, uniform, normal = self.sampler.begin(temperature, functional.pad(noise, padding))
        mask, components = self.sampler.mask(x), self.sampler.components(x)
        cold = temperature == 0
        any_cold = bool(cold.any())
        pen = (row[:, 4] == 1).long() * 2
        states = torch.tensor([[1, 1, 1, 0, 0], [1, 1, 0, 1, 0], [0, 0, 0, 0, 1]], device=x.device).float()
        drawn = x.new_empty(k, x.size(0), 5)
        moves = drawn[..., :2].unbind(0)
        c, gates = 2 * functional.pad(c, padding), x.new_empty(x.size(0), 4 * hidden)
        quarters = list(gates.chunk(4, 1))
        for i, after in enumerate(drawn.unbind(0)):
            offset.sub_(self.weights.mean).div_(self.weights.std)  # as in frame.standardise
            self._sigmoid(self.weights.gates(x), gates)
            self._remember(quarters, h, c)
            raw = self.weights.head(x)
            choice = self.sampler.choose(raw, inverse, uniform[i], mask)
            if any_cold:
                choice = torch.where(cold, self.sampler.most_probable(raw, mask), choice)
            component, state = choice.unbind(1)
            move = self.sampler.move(raw, components + component, normal[i])
            pen = torch.maximum(state, pen.bitwise_and(2))  # what has ended stays ended
            torch.index_select(states, 0, pen, out=after)
            moves[i].mul_(torch.addcmul(self.weights.mean, move, self.weights.std))
            row.copy_(after)
        return drawn[:, :n], h[:n].contiguous(), c[:n] / 2

    def log_prob(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Natural log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:], given what precedes each.

        rows [n, T, 5] begin with the start token. xy is 0 at an end row, both are 0 after it.
        """
        n = rows.size(0)
        state = (self.weights.h0.expand(1, n, -1).contiguous(), self.weights.c0.expand(1, n, -1).contiguous())
        weights = [self.weights.w_input, self.weights.w_hidden, self.weights.bias, torch.zeros_like(self.weights.bias)]
        read = frame.inputs(rows[:, :-1], self.weights.mean, self.weights.std)
        hidden = torch.lstm(read, state, weights, True, 1, 0.0, False, False, True)[0]
        raw = torch.matmul(hidden, self.weights.w_head.t()) + self.weights.b_head
        return self.density.log_likelihood(raw, rows, self.weights.mean, self.weights.std)

    def mixture(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
        """What is believed to come next after state h [n, H], in pixels.

        (log_pi [n, K], mean [n, K, 2], sigma [n, K, 2], rho [n, K], log_p [n, 3])
        """
        raw = torch.addmm(self.weights.b_head, h, self.weights.w_head.t())
        mean, log_sigma, rho = self.density.components(raw)
        log_pi, log_p = self.density.log_weights(raw), self.density.log_pen(raw)
        return log_pi, mean * self.weights.std + self.weights.mean, log_sigma.exp() * self.weights.std, rho, log_p

    def _remember(self, gates: list[Tensor], h: Tensor, twice_c: Tensor) -> None:
        """The LSTM's memory and output [n, H] after gates i, f, (g + 1) / 2, o [n, H]; tanh(c) = 2 sigmoid(2 c) - 1."""
        keep, forget, new, out = gates
        twice_c.mul_(forget).addcmul_(keep, new, value=4).sub_(keep, alpha=2)
        squashed = torch.empty_like(twice_c)
        self._sigmoid(twice_c, squashed)
        torch.addcmul(-out, out, squashed, value=2, out=h)

    def _sigmoid(self, numbers: Tensor, out: Tensor) -> None:
        """Sigmoids of [n, m], in parts so small that torch does not share one among threads."""
        if numbers.numel() <= self.unshared or numbers.is_cuda:
            torch.sigmoid(numbers, out=out)
        else:
            group = self.weights.group()
            rows = max(1, self.unshared // (group * numbers.size(1))) * group
            for part, its in zip(torch.split(numbers, rows), torch.split(out, rows)):  # noqa: B905 - not in TorchScript
                torch.sigmoid(part, out=its)


def to_network(tensors: dict[str, Tensor]) -> Network:
    """A trainable network that starts from the `named_buffers` of a decoder or of a loaded checkpoint."""
    tensors = {name.removeprefix("weights."): tensor for name, tensor in tensors.items()}
    hidden = tensors["w_hidden"].size(1)
    mixtures = (tensors["w_head"].size(0) - Mixture.pen_states) // Mixture.fields
    network = Network(NetworkConfig(hidden=hidden, mixtures=mixtures), tensors["mean"], tensors["std"])
    with torch.no_grad():
        network.h0.copy_(tensors["h0"])
        network.c0.copy_(tensors["c0"])
        network.lstm.weight_ih_l0.copy_(tensors["w_input"])
        network.lstm.weight_hh_l0.copy_(tensors["w_hidden"])
        network.lstm.bias_ih_l0.copy_(tensors["bias"])
        network.lstm.bias_hh_l0.zero_()
        network.head.weight.copy_(tensors["w_head"])
        network.head.bias.copy_(tensors["b_head"])
    return network
