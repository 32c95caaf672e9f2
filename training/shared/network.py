"""One trainable network for many subjects, with an encoder: what it learns of each folds into a context.

A conditional LSTM: the subject, where a drawing came from, and a latent code shift what the LSTM reads, its first state
and the head's bias. All three are constants of a drawing (`model.context`).
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional

from model import encoder, frame
from model.density.mixture import Mixture
from model.linear import fixed_point, quantised
from model.network import Network, NetworkConfig
from model.trunk import LSTM
from model.weights import ContextParts, stored
from training.loop.drawings import REAL

SOURCES = 2  # REAL and SAMPLED
SPREAD = 0.05  # of what a latent code adds at first
FAINT = 0.01  # of the latent code's weights at first: the code says little until it is of use


@dataclass(frozen=True, slots=True)
class SharedConfig:
    """The shape of the network."""

    subjects: int
    hidden: int = 1024
    mixtures: int = 20
    embedding: int = 256  # numbers that the LSTM reads: row, subject, source and latent code share them
    latent: int = 128
    encoder: int = 512  # hidden units of each of its directions
    kind: int = 32  # numbers of a subject that it reads


class SharedNetwork(nn.Module):
    """The network with its encoder. Rows are in pixels; buffers `mean` and `std` [2] are of the offsets.

    It begins by the random numbers that a plain `Network` takes, and then its own in the order of its parts: the order
    belongs to a seeded run as the seed does, and another one would be another loss curve.
    """

    mean: Tensor
    std: Tensor

    def __init__(self, config: SharedConfig, mean: Tensor, std: Tensor) -> None:
        super().__init__()
        self.config = config
        self.register_buffer("mean", mean.detach().clone().float())
        self.register_buffer("std", std.detach().clone().float())
        self.density = Mixture(config.mixtures)
        self.head = Network(NetworkConfig(config.hidden, config.mixtures), mean, std).head
        self.lstm = LSTM(config.embedding, config.hidden)
        self.encode = nn.Linear(frame.INPUTS, config.embedding)
        widths = (config.embedding, 2 * config.hidden, self.density.outputs())
        self.shift, self.first, self.bias = (nn.Embedding(config.subjects, width) for width in widths)
        self.z_shift, self.z_first, self.z_bias = (nn.Linear(config.latent, width, bias=False) for width in widths)
        nn.init.normal_(self.z_shift.weight, std=SPREAD)
        nn.init.normal_(self.z_first.weight, std=SPREAD)
        self.source_shift, self.source_first, self.source_bias = (nn.Embedding(SOURCES, width) for width in widths)
        for module in (self.first, self.bias, self.z_bias, self.source_shift, self.source_first, self.source_bias):
            nn.init.zeros_(module.weight)
        self.read, self.read_back = (LSTM(frame.INPUTS + config.kind, config.encoder) for _ in range(2))
        self.kind = nn.Embedding(config.subjects, config.kind)
        self.latent = nn.Linear(2 * config.encoder, 2 * config.latent)
        nn.init.normal_(self.latent.weight, std=FAINT)
        nn.init.zeros_(self.latent.bias)
        self.dropout = 0.0  # of the LSTM's outputs, while training

    def freeze_all_but_subjects(self) -> None:
        """From now on only what belongs to each subject is trained."""
        self.requires_grad_(False)
        for table in (self.shift, self.first, self.bias):
            table.requires_grad_(True)

    def encoded(self, rows: Tensor, lengths: Tensor, subject: Tensor) -> tuple[Tensor, Tensor]:
        """(mean, log variance) [n, Z] of drawings; rows [n, 1 + T, 5] begin with the start token.

        `lengths` [n] counts the rows with the end row, without the start token.
        """
        read = frame.inputs(rows[:, 1:], self.mean, self.std)
        back = (lengths[:, None] - 1 - torch.arange(read.size(1), device=read.device)).clamp(min=0)
        kind = self.kind(subject)[:, None].expand(-1, read.size(1), -1)
        turned = torch.gather(read, 1, back[..., None].expand(-1, -1, read.size(-1)))
        last = torch.arange(len(read), device=read.device), lengths - 1
        zero = read.new_zeros(1, len(read), self.config.encoder)
        ways = ((self.read, read), (self.read_back, turned))
        outputs = [lstm(torch.cat([way, kind], -1), (zero, zero))[0][last] for lstm, way in ways]
        mean, log_variance = self.latent(torch.cat(outputs, -1)).float().chunk(2, -1)
        return mean, log_variance.clamp(encoder.Encoder.least, encoder.Encoder.most)

    def forward(self, rows: Tensor, subject: Tensor, z: Tensor | None = None, source: Tensor | None = None) -> Tensor:
        """Raw mixture outputs [n, T, 3 + 6 K] for rows [n, T, 5] of drawings of subjects [n].

        `z` [n, Z]: their latent codes, None for none; `source` [n]: where they came from, None for REAL.
        """
        if source is None:
            source = torch.full_like(subject, REAL)
        shift, first, bias = (
            of_subject(subject) + of_source(source)
            for of_subject, of_source in (
                (self.shift, self.source_shift),
                (self.first, self.source_first),
                (self.bias, self.source_bias),
            )
        )
        if z is not None:
            shift, first, bias = shift + self.z_shift(z), first + self.z_first(z), bias + self.z_bias(z)
        h0, c0 = first.unsqueeze(0).chunk(2, dim=-1)
        read = self.encode(frame.inputs(rows, self.mean, self.std)) + shift.unsqueeze(1)
        hidden, _ = self.lstm(read, (h0.contiguous(), c0.contiguous()))
        hidden = functional.dropout(hidden, self.dropout, self.training)
        with torch.autocast(rows.device.type, enabled=False):  # densities in half precision lose the tails
            out: Tensor = self.head(hidden.float()) + bias.float().unsqueeze(1)
        return out

    def log_likelihood(
        self, rows: Tensor, subject: Tensor, z: Tensor | None = None, source: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Log densities (xy [n, T - 1] in pixels, pen [n, T - 1]) of rows[:, 1:] for rows [n, T, 5]."""
        raw = self(rows[:, :-1], subject, z, source)
        return self.density.log_likelihood(raw.float(), rows, self.mean, self.std)

    @torch.no_grad()
    def weights(self) -> dict[str, Tensor]:
        """Those of a checkpoint that draws all subjects as people do, with the encoder; rounded (`model.weights`).

        The head reads finely: drawings suffer where it does not (docs/lab-notes.md).
        """
        base, parts = self.folded()
        return stored(base, parts, fine_head=True) | self._encoder_weights()

    @torch.no_grad()
    def folded(self) -> tuple[Network, ContextParts]:
        """The plain network of the mean of all subjects, and what each, and a latent code, adds to it."""
        w_input = self.lstm.weight_ih_l0
        shift = self.encode.bias + self.source_shift.weight[REAL] + self.shift.weight  # [S, embedding]
        first = self.source_first.weight[REAL] + self.first.weight
        bias = self.head.bias + self.source_bias.weight[REAL] + self.bias.weight
        sums = shift @ w_input.t() + self.lstm.bias_ih_l0 + self.lstm.bias_hh_l0
        contexts = torch.cat([sums, first, bias], 1)
        mean = contexts.mean(0)
        network = Network(NetworkConfig(self.config.hidden, self.config.mixtures), self.mean, self.std)
        own_bias, h0, c0, head = torch.split(mean, [sums.size(1), self.config.hidden, self.config.hidden, bias.size(1)])
        network.lstm.set_layer_weights((w_input @ self.encode.weight, self.lstm.weight_hh_l0, own_bias))
        network.h0.copy_(h0)
        network.c0.copy_(c0)
        network.head.weight.copy_(self.head.weight)
        network.head.bias.copy_(head)
        latent = torch.cat([w_input @ self.z_shift.weight, self.z_first.weight, self.z_bias.weight])
        return network, ContextParts(contexts - mean, latent)

    def _encoder_weights(self) -> dict[str, Tensor]:
        """By the names of `model.encoder`."""
        ways = dict(zip(encoder.WAYS, (self.read, self.read_back), strict=True))
        kinds = fixed_point(torch.cat([lstm.weight_ih_l0[:, frame.INPUTS :] for lstm in ways.values()]))
        latent = quantised(self.latent.weight, encoder.DIGITS)
        weights = {
            "kind": self.kind.weight.half(),
            "kind_sums.integers": kinds[0],
            "kind_sums.scale": kinds[1],
            "bias": torch.cat([lstm.bias_ih_l0 + lstm.bias_hh_l0 for lstm in ways.values()]),
            "latent.integers": latent[0],
            "latent.scale": latent[1],
            "latent_bias": self.latent.bias,
        }
        for way, lstm in ways.items():
            integers, scale = quantised(lstm.weight_hh_l0)
            weights[f"{way}.input.weight"] = lstm.weight_ih_l0[:, : frame.INPUTS].contiguous()
            weights |= {f"{way}.recurrent.integers": integers, f"{way}.recurrent.scale": scale}
        return {f"encoder.{name}": value.detach().cpu().clone() for name, value in weights.items()}
