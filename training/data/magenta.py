"""Google's published sketch-rnn decoders: JSON with quantised weights, made into a `Network` of ours.

A file `NAME.gen.json` is `[info, shapes, arrays]`. The arrays are base64 of little-endian int16, a weight being
`10 n / 32767`: head weights [H, 3 + 6 K] and bias, LSTM input weights [5, 4 H], recurrent weights [H, 4 H] and bias.
The head's order is ours (pen first). The LSTM's gates come as i, g, f, o, and 1 is added to the forget gate's bias when
it runs. Both axes have one scale and no mean. Source: Ha and Eck (2017) and the reader in magenta/magenta-js (sketch).
"""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import numpy as np
import torch
from pydantic import Base64Bytes, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError
from torch import Tensor

from model.density.mixture import Mixture
from model.network import Network, NetworkConfig
from training.data.source import text_of
from training.errors import DataError

MAX_WEIGHT, MAX_INT = 10.0, 32767
BOX = 2.5  # Google's drawings are about this many times as large as the simplified dataset's 0..255 box
# `Mixture` keeps log sigma within +-5 of the network's unit, which spares nothing below 0.2 pixels when the unit is
# Google's scale (30 pixels). Their components are narrower: held to that floor, the penguin scores 0.15 nats worse. So
# the unit is made smaller by this, which the weights absorb exactly, and log sigma runs from -8 to +2 of their scale.
UNIT = math.exp(-3)


class Info(BaseModel):
    """What a file says of itself. Keys that are not used are passed over."""

    model_config = ConfigDict(frozen=True)

    name: str
    scale_factor: Annotated[float, Field(gt=0, allow_inf_nan=False)]  # offsets in Google's pixels for 1 of the network
    max_seq_len: Annotated[int, Field(gt=0)]


_FILE = TypeAdapter(tuple[Info, list[tuple[int, ...]], list[Base64Bytes]])


@dataclass(frozen=True)
class Magenta:
    """A decoder as Google published it: tensors in their order and layout, already in float32."""

    info: Info
    head: Tensor  # [H, 3 + 6 K]
    head_bias: Tensor
    inputs: Tensor  # [5, 4 H], gates i, g, f, o
    hidden: Tensor  # [H, 4 H]
    bias: Tensor  # [4 H]

    @property
    def config(self) -> NetworkConfig:
        """The shape of the network that it makes."""
        mixtures = (self.head.size(1) - Mixture.pen_states) // Mixture.fields
        return NetworkConfig(hidden=self.head.size(0), mixtures=mixtures)


def read_magenta(path: Path) -> Magenta:
    """Read a decoder's JSON. Raises DataError naming the file when it is not one."""
    try:
        info, shapes, arrays = _FILE.validate_json(text_of(path))
    except ValidationError as error:
        details: dict[str, Any] = dict(error.errors()[0])
        raise DataError(f"{path} is not a sketch-rnn decoder: {details['loc']}: {details['msg']}") from error
    _check(path, shapes, arrays)
    weights = [
        torch.from_numpy(np.frombuffer(array, "<i2").astype(np.float32) * MAX_WEIGHT / MAX_INT).view(shape)
        for array, shape in zip(arrays, shapes, strict=True)
    ]
    return Magenta(info, *weights)


def _check(path: Path, shapes: list[tuple[int, ...]], arrays: list[bytes]) -> None:
    """Raises DataError unless shapes and sizes are those of one decoder."""
    if len(shapes) != 5 or len(arrays) != 5:
        raise DataError(f"{path} holds {len(arrays)} arrays; a decoder (.gen.json, not .vae.json) has 5")
    hidden, outputs = (*shapes[0], 0, 0)[:2]
    expected = [(hidden, outputs), (outputs,), (5, 4 * hidden), (hidden, 4 * hidden), (4 * hidden,)]
    fields = outputs - Mixture.pen_states
    if shapes != expected or hidden < 1 or fields < Mixture.fields or fields % Mixture.fields:
        raise DataError(f"{path} holds arrays of shapes {shapes}, which are no sketch-rnn decoder's")
    for number, (array, shape) in enumerate(zip(arrays, shapes, strict=True), start=1):
        if len(array) != 2 * math.prod(shape):
            raise DataError(f"{path}: array {number} has {len(array)} bytes, but {shape} takes {2 * math.prod(shape)}")


@torch.no_grad()
def to_network(magenta: Magenta, scale: float) -> Network:
    """The same decoder as a `Network` that takes and gives pixels, `scale` of them for 1 of Google's network."""
    unit = torch.full((2,), scale * UNIT)
    network = Network(magenta.config, torch.zeros(2), unit)
    network.lstm.weight_ih_l0.copy_(_our_gates(magenta.inputs).t())
    network.lstm.weight_ih_l0[:, :2] *= UNIT
    network.lstm.weight_hh_l0.copy_(_our_gates(magenta.hidden).t())
    network.lstm.bias_ih_l0.copy_(_our_gates(magenta.bias))
    network.lstm.bias_hh_l0.zero_()
    network.lstm.bias_hh_l0[magenta.config.hidden : 2 * magenta.config.hidden] = 1
    mixtures = magenta.config.mixtures
    means = slice(Mixture.pen_states + mixtures, Mixture.pen_states + 3 * mixtures)
    sigmas = slice(means.stop, means.stop + 2 * mixtures)
    network.head.weight.copy_(magenta.head.t())
    network.head.bias.copy_(magenta.head_bias)
    network.head.weight[means] /= UNIT
    network.head.bias[means] /= UNIT
    network.head.bias[sigmas] -= math.log(UNIT)
    return network


def _our_gates(weights: Tensor) -> Tensor:
    """Weights [..., 4 H] of gates i, g, f, o in the order i, f, g, o."""
    keep, new, forget, out = weights.chunk(4, dim=-1)
    return torch.cat([keep, forget, new, out], dim=-1)
