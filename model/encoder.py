"""The encoder: a drawing to its latent code, the mean and variance of a normal distribution.

An LSTM reads the rows forwards and another one backwards, each row joined with what the subject is; their last outputs,
joined, give mean and log variance (Ha and Eck, "A Neural Representation of Sketch Drawings", 2017, equations 1 and 2).
Weights in a file, beside those of `model.weights`, E outputs a direction:

    encoder.kind [S, k], .kind_sums.integers [8 E, k], .scale [8 E], .bias [8 E]           what the subject adds
    encoder.forwards.input.weight [4 E, 5], .recurrent.integers [4 E, E], .scale           and the same of `backwards`
    encoder.latent.integers [4 Z, 2 E], .scale, .latent_bias [2 Z]
"""

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn import functional

from model.cell import LSTMCell, doubling, group_of
from model.decoder import Decoder
from model.input_projection import InputProjection
from model.linear import FixedPointLinear, QuantisedLinear
from model.weights import Weights, check_shapes, matrix_shape

DIGITS = 2  # of the matrix that gives the latent code
WAYS = ("forwards", "backwards")
PARTS = ("input.weight", "recurrent.integers", "recurrent.scale")


class Reader(nn.Module):
    """An LSTM of E outputs that reads whole drawings in one direction, its products exact."""

    def __init__(self, weight: Tensor, integers: Tensor, scale: Tensor) -> None:
        super().__init__()
        self.size = integers.size(1)
        self.group = group_of(self.size)
        self.input = InputProjection(weight)
        self.recurrent = QuantisedLinear(integers, scale)
        self.cell = LSTMCell()

    def prepare(self, mean: Tensor, std: Tensor, fast: bool) -> None:
        """As `Decoder.pack`."""
        factor = doubling(4 * self.size, self.size).to(mean.device)
        self.input.prepare(mean, std, factor)
        self.recurrent.prepare(torch.arange(4 * self.size, device=factor.device), factor, fast)

    def forward(self, rows: Tensor, lengths: Tensor, bias: Tensor) -> Tensor:
        """The output [n, E] after the first `lengths` [n, 1] of rows [n, T, 5], with a bias [n, 4 E] of the sums."""
        n = rows.size(0)
        padding = [0, 0, 0, -n % self.group]
        bias = functional.pad(self.input.constant(bias * doubling(4 * self.size, self.size).to(bias.device)), padding)
        rows, lengths = functional.pad(rows, [0, 0, 0, 0, 0, -n % self.group]), functional.pad(lengths, padding)
        h = rows.new_zeros(rows.size(0), self.size)
        twice_c = torch.zeros_like(h)
        workspace, blocks = self.cell.workspace(h, twice_c, self.group)
        for t in range(rows.size(1)):
            before_h, before_c, row = h.clone(), twice_c.clone(), rows[:, t]
            sums = self.input(row[:, :1], row[:, 1:2], row[:, 3:4], bias, workspace)
            sums.addcmul_(row[:, 4:], self.input.end)
            self.recurrent.add_to(sums, h)
            self.cell.step(blocks)
            torch.where(lengths > t, h, before_h, out=h)
            torch.where(lengths > t, twice_c, before_c, out=twice_c)
        return h[:n]


class Encoder(nn.Module):
    """Mean and log variance [n, Z] of the latent codes of drawings."""

    least: Final[float] = -12.0  # of a log variance
    most: Final[float] = 4.0

    kind: Tensor
    bias: Tensor
    latent_bias: Tensor

    def __init__(self, weights: Weights) -> None:
        """`weights` by their names in a file, less `encoder.`."""
        super().__init__()
        self.register_buffer("kind", weights["kind"])
        self.register_buffer("bias", weights["bias"])
        self.register_buffer("latent_bias", weights["latent_bias"])
        self.kind_sums = FixedPointLinear(weights["kind_sums.integers"], weights["kind_sums.scale"])
        self.forwards = Reader(*(weights[f"forwards.{part}"] for part in PARTS))
        self.backwards = Reader(*(weights[f"backwards.{part}"] for part in PARTS))
        self.latent = QuantisedLinear(weights["latent.integers"], weights["latent.scale"], digits=DIGITS, finely=True)

    def prepare(self, mean: Tensor, std: Tensor, fast: bool) -> None:
        """As `Decoder.pack`."""
        self.forwards.prepare(mean, std, fast)
        self.backwards.prepare(mean, std, fast)
        order = torch.arange(self.latent_bias.size(0), device=mean.device)
        self.latent.prepare(order, torch.ones_like(order).float(), fast)

    def forward(self, rows: Tensor, lengths: Tensor, subject: Tensor) -> tuple[Tensor, Tensor]:
        """(mean, log variance) of drawings, their rows [n, T, 5] without the start token; see `Autoencoder.encode`."""
        size = self.forwards.size
        bias = self.bias + self.kind_sums(self.kind.index_select(0, subject).float())
        lengths = lengths.unsqueeze(1)
        back = (lengths - 1 - torch.arange(rows.size(1), device=rows.device)).clamp(min=0)
        turned = rows.gather(1, back.unsqueeze(2).expand(-1, -1, rows.size(2)))
        read = self.forwards(rows, lengths, bias[:, : 4 * size])
        read_back = self.backwards(turned, lengths, bias[:, 4 * size :])
        mean, log_variance = (self.latent(torch.cat([read, read_back], 1)) + self.latent_bias).chunk(2, 1)
        return mean.contiguous(), log_variance.clamp(self.least, self.most)


class Autoencoder(Decoder):
    """A decoder with the encoder that was trained with it."""

    def __init__(self, weights: Weights) -> None:
        """Weights of both. Raises WeightsError where they are no network's."""
        super().__init__(weights)
        _check(weights, subjects=self.contexts.table.size(0), latent=self.contexts.latent.integers.size(1))
        own = {name.removeprefix("encoder."): value for name, value in weights.items() if name.startswith("encoder.")}
        self.encoder = Encoder(own)

    def pack(self, fast: bool = True) -> None:
        """As a decoder's."""
        self._prepare(fast)
        self.encoder.prepare(self.mean.cpu(), self.std.cpu(), fast)
        self.packed = True

    def encode(self, rows: Tensor, lengths: Tensor, subject: Tensor) -> tuple[Tensor, Tensor]:
        """(mean [n, Z], log variance [n, Z]) of the latent codes of drawings of subjects [n].

        Their rows [n, T, 5], the end row last and the start token left out, are the first `lengths` [n] of each.
        Made on the CPU, as contexts are.
        """
        self._pack_at_need()
        mean, log_variance = self.encoder(rows, lengths, subject)
        return mean, log_variance


def decoder_of(weights: Weights) -> Decoder:
    """The decoder of some weights, with its encoder if they hold one. Raises WeightsError."""
    return Autoencoder(weights) if any(name.startswith("encoder.") for name in weights) else Decoder(weights)


def _check(weights: Weights, *, subjects: int, latent: int) -> None:
    """Raises WeightsError unless they hold those of an encoder, of the decoder's subjects and latent code."""
    _, size = matrix_shape(weights, "encoder.forwards.recurrent.integers")
    _, kinds = matrix_shape(weights, "encoder.kind")
    wanted: dict[str, tuple[int, ...]] = {
        "kind": (subjects, kinds),
        "kind_sums.integers": (8 * size, kinds),
        "kind_sums.scale": (8 * size,),
        "bias": (8 * size,),
        "latent.integers": (2 * DIGITS * latent, 2 * size),
        "latent.scale": (2 * DIGITS * latent,),
        "latent_bias": (2 * latent,),
    }
    for way in WAYS:
        wanted |= {f"{way}.input.weight": (4 * size, 5), f"{way}.recurrent.integers": (4 * size, size)}
        wanted |= {f"{way}.recurrent.scale": (4 * size,)}
    check_shapes(weights, {f"encoder.{name}": shape for name, shape in wanted.items()})
