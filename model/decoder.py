"""What a checkpoint does: start, step, advance, log_prob, mixture (the contract of docs/checkpoint.md).

A `Decoder` is compiled to TorchScript as it stands, so its code keeps to what TorchScript compiles. `step` and
`advance` are one loop; `log_prob` runs the same weights over whole sequences.

**Same seed, same drawing, whatever shares the batch.** Matrix products over fewer than four rows take another path
through the CPU's library than larger ones, and the ends of arrays that do not fill a vector another than their middle,
both with another rounding. So drawings are decoded in groups padded to a multiple of four rows, and each row comes out
bit for bit as it would alone.
"""

from typing import Final

import torch
from torch import Tensor, nn

from model import frame
from model.mixture import Mixture
from model.network import Network, NetworkConfig


class Weights(nn.Module):
    """The tensors of a decoder: float32 to compute with, matrices in float16 when stored if `half_stored`.

    Buffers `mean`, `std` [2], `h0`, `c0` [H], `w_input` [4H, 5], `w_hidden` [4H, H], `bias` [4H] (gates i, f, g, o),
    `w_head` [3 + 6 K, H] and `b_head`.
    """

    mean: Tensor
    std: Tensor
    h0: Tensor
    c0: Tensor
    bias: Tensor
    b_head: Tensor
    w_input: Tensor
    w_hidden: Tensor
    w_head: Tensor

    def __init__(self, network: Network, *, half: bool) -> None:
        super().__init__()
        self.half_stored = half
        lstm = network.lstm
        vectors = {
            "mean": network.mean,
            "std": network.std,
            "h0": network.h0,
            "c0": network.c0,
            "bias": lstm.bias_ih_l0 + lstm.bias_hh_l0,
            "b_head": network.head.bias,
        }
        matrices = {"w_input": lstm.weight_ih_l0, "w_hidden": lstm.weight_hh_l0, "w_head": network.head.weight}
        for name, tensor in vectors.items():
            self.register_buffer(name, tensor.detach().float().cpu().clone())
        for name, tensor in matrices.items():
            value = tensor.detach().float().cpu().clone()
            self.register_buffer(name, value.half().float() if half else value)

    def __getstate__(self) -> tuple[list[Tensor], list[Tensor], bool]:
        """What the archive holds: vectors, matrices in the stored precision, `half_stored`."""
        matrices = [self.w_input, self.w_hidden, self.w_head]
        if self.half_stored:
            matrices = [matrix.half() for matrix in matrices]
        return [self.mean, self.std, self.h0, self.c0, self.bias, self.b_head], matrices, self.half_stored

    def __setstate__(self, state: tuple[list[Tensor], list[Tensor], bool]) -> None:
        vectors, matrices, self.half_stored = state
        self.mean, self.std, self.h0 = vectors[0], vectors[1], vectors[2]
        self.c0, self.bias, self.b_head = vectors[3], vectors[4], vectors[5]
        self.w_input, self.w_hidden, self.w_head = matrices[0].float(), matrices[1].float(), matrices[2].float()
        self.training = False


class Decoder(nn.Module):
    """The trained weights of one category with everything needed to draw: n drawings side by side.

    The state of n drawings is `(h [n, H], c [n, H])`. Rows are stroke-5 in pixels, the first of them the start token.
    """

    lanes: Final[int] = 4

    def __init__(self, network: Network, *, half: bool = True) -> None:
        """Copy what `network` has learnt; `half` stores matrices in float16 (they compute in float32)."""
        super().__init__()
        self.weights = Weights(network, half=half)
        self.density = Mixture(network.config.mixtures)

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
        n, k = rows.size(0), noise.size(0)
        padding = -n % self.lanes
        if padding:
            rows = torch.cat([rows, rows.new_zeros(padding, 5)])
            h = torch.cat([h, h.new_zeros(padding, h.size(1))])
            c = torch.cat([c, c.new_zeros(padding, c.size(1))])
            temperature = torch.cat([temperature, temperature.new_zeros(padding, 2)])
            noise = torch.cat([noise, noise.new_zeros(k, padding, 4)], dim=1)
        drawn = rows.new_empty(k, rows.size(0), 5)
        for i in range(k):
            h, c = self._consume(rows, h, c)
            rows = self._draw(h, rows, temperature, noise[i])
            drawn[i] = rows
        return drawn[:, :n], h[:n], c[:n]

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

    def _consume(self, rows: Tensor, h: Tensor, c: Tensor) -> tuple[Tensor, Tensor]:
        gates = torch.addmm(
            self.weights.bias, frame.inputs(rows, self.weights.mean, self.weights.std), self.weights.w_input.t()
        )
        gates = torch.addmm(gates, h, self.weights.w_hidden.t())
        keep, forget, new, out = gates.chunk(4, 1)
        c = torch.sigmoid(forget) * c + torch.sigmoid(keep) * torch.tanh(new)
        return torch.sigmoid(out) * torch.tanh(c), c

    def _draw(self, h: Tensor, rows: Tensor, temperature: Tensor, noise: Tensor) -> Tensor:
        """Rows [n, 5] that follow rows [n, 5], drawn from the mixture at h."""
        raw = torch.addmm(self.weights.b_head, h, self.weights.w_head.t())
        offset, pen = self.density.sample(raw, temperature, noise)
        pen = torch.where(rows[:, 4] == 1, torch.full_like(pen, 2), pen)  # what has ended stays ended
        states = torch.nn.functional.one_hot(pen, 3).to(raw.dtype)
        return torch.cat([(offset * self.weights.std + self.weights.mean) * (1 - states[:, 2:]), states], dim=-1)


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
