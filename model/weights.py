"""The weights that a checkpoint's file holds: plain tensors by name, from which decoders and networks are made.

    mean, std [2]                        of the moves of the training split, in pixels
    input.weight [m, 5]                  of standardised rows; m = 4 H for an LSTM (gates i, f, g, o), else H
    recurrent.integers [m, H], .scale [m]                  eight bits by rows (`model.linear`)
    head.linear.integers [2 (3 + 6 K), H], .scale          sixteen bits, in the order of `model.density.mixture`
    head.fine [1]                        1 where the head reads h in 14 bits, 0 where it does in 8
    contexts.base [w], .table [S, w], .latent.integers [w, Z], .latent.scale [w]           `model.context`
    encoder...                           `model.encoder`, where there is one

Whatever makes a step fast (rows in another order, times a factor, packed) is made of them when they are loaded.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from model.density.head import DIGITS
from model.density.mixture import Mixture
from model.errors import WeightsError
from model.frame import INPUTS, MOVE
from model.linear import fixed_point, quantised, restored
from model.network import Network, NetworkConfig

Weights = Mapping[str, Tensor]


@dataclass(frozen=True, slots=True)
class Shape:
    """What the sizes of a network's weights say of it."""

    hidden: int  # H
    sums: int  # m
    mixtures: int  # K
    subjects: int  # S
    latent: int  # Z, 0 without an encoder
    context: int  # w
    fine_head: bool

    @property
    def has_memory(self) -> bool:
        """Whether the layer is an LSTM."""
        return self.sums != self.hidden


@dataclass(frozen=True, slots=True)
class ContextParts:
    """What the subjects of a network and its latent code add to its biases and first state (`model.context`)."""

    table: Tensor  # [S, w], apart from the network's own
    latent: Tensor  # [w, Z]


def stored(network: Network, parts: ContextParts | None = None, *, fine_head: bool = False) -> dict[str, Tensor]:
    """The weights of a network, rounded to what a file holds.

    `parts`: of a network of several subjects, whose biases and first state are then those of none of them in
    particular. `fine_head`: for networks whose score depends on how finely the head reads.
    """
    w_input, w_hidden, bias = network.layer_weights()
    w_head, b_head = network.mixture_head()
    base = torch.cat([bias, network.h0, network.c0, b_head]).detach().float().cpu()
    table, latent = base.new_zeros(1, len(base)), base.new_zeros(len(base), 0)
    if parts is not None:
        table, latent = parts.table.detach().float().cpu(), parts.latent
    recurrent, head, z = quantised(w_hidden), quantised(w_head, DIGITS), fixed_point(latent)
    return {
        "mean": network.mean.detach().float().cpu().clone(),
        "std": network.std.detach().float().cpu().clone(),
        "input.weight": w_input.detach().float().cpu().clone(),
        "recurrent.integers": recurrent[0],
        "recurrent.scale": recurrent[1],
        "head.linear.integers": head[0],
        "head.linear.scale": head[1],
        "head.fine": torch.tensor([float(fine_head)]),
        "contexts.base": base,
        "contexts.table": table.half(),
        "contexts.latent.integers": z[0],
        "contexts.latent.scale": z[1],
    }


def shape_of(weights: Weights) -> Shape:
    """The shape of a network. Raises WeightsError, naming what is missing or of a wrong size."""
    sums, hidden = matrix_shape(weights, "recurrent.integers")
    outputs = matrix_shape(weights, "head.linear.integers")[0] // DIGITS
    mixtures = (outputs - Mixture.pen_states) // Mixture.fields
    subjects, width = matrix_shape(weights, "contexts.table")
    _, latent = matrix_shape(weights, "contexts.latent.integers")
    wanted = {
        "mean": (MOVE,),
        "std": (MOVE,),
        "input.weight": (sums, INPUTS),
        "recurrent.scale": (sums,),
        "head.linear.integers": (DIGITS * outputs, hidden),
        "head.linear.scale": (DIGITS * outputs,),
        "head.fine": (1,),
        "contexts.base": (sums + 2 * hidden + outputs,),
        "contexts.table": (subjects, sums + 2 * hidden + outputs),
        "contexts.latent.integers": (width, latent),
        "contexts.latent.scale": (width,),
    }
    check_shapes(weights, wanted)
    shape = Shape(hidden, sums, mixtures, subjects, latent, width, bool(weights["head.fine"].any()))
    if sums not in (hidden, 4 * hidden) or mixtures < 1 or outputs != 3 + 6 * mixtures or not subjects:
        raise WeightsError(f"no network has the shape {shape}")
    return shape


def matrix_shape(weights: Weights, name: str) -> tuple[int, int]:
    """The shape of a matrix among weights. Raises WeightsError where it is missing or has other dimensions than two."""
    if name not in weights:
        raise WeightsError(f"it has no weights {name!r}")
    if weights[name].dim() != 2:
        raise WeightsError(f"its weights {name!r} are no matrix, but of the shape {tuple(weights[name].shape)}")
    rows, columns = weights[name].shape
    return rows, columns


def check_shapes(weights: Weights, wanted: Mapping[str, tuple[int, ...]]) -> None:
    """Raises WeightsError for the first of these names that is missing, or has another shape."""
    for name, shape in wanted.items():
        if name not in weights:
            raise WeightsError(f"it has no weights {name!r}")
        if tuple(weights[name].shape) != shape:
            raise WeightsError(f"its weights {name!r} have the shape {tuple(weights[name].shape)}, not {shape}")


def of_subject(weights: Weights, subject: int | None, *, latent: bool = False) -> dict[str, Tensor]:
    """The weights that draw one subject alone, bit for bit as they draw it among others; None: the mean of all.

    The encoder is left out, and what a latent code adds, unless `latent` keeps it.
    """
    table, base = weights["contexts.table"].float(), weights["contexts.base"]
    width = len(base)
    alone = {name: tensor for name, tensor in weights.items() if not name.startswith("encoder.")}
    alone |= {
        "contexts.base": base + (table.mean(0) if subject is None else table[subject]),
        "contexts.table": torch.zeros(1, width, dtype=torch.half),
    }
    if not latent:
        alone["contexts.latent.integers"] = torch.zeros(width, 0, dtype=torch.int16)
        alone["contexts.latent.scale"] = torch.ones(width)
    return alone


def to_network(weights: Weights) -> Network:
    """A trainable network that starts from the weights of one subject.

    It foresees a mixture, as a decoder does, whatever it was trained by, and rounds nothing.
    """
    shape = shape_of(weights)
    assert shape.subjects == 1
    config = NetworkConfig(shape.hidden, shape.mixtures, trunk="lstm" if shape.has_memory else "tanh")
    network = Network(config, weights["mean"], weights["std"])
    base = weights["contexts.base"] + weights["contexts.table"][0].float()
    sizes = [shape.sums, shape.hidden, shape.hidden, len(base) - shape.sums - 2 * shape.hidden]
    bias, h0, c0, b_head = torch.split(base, sizes)
    recurrent = restored(weights["recurrent.integers"], weights["recurrent.scale"], shape.sums)
    network.trunk.set_layer_weights((weights["input.weight"], recurrent, bias))
    with torch.no_grad():
        network.h0.copy_(h0)
        network.c0.copy_(c0)
        network.head.weight.copy_(restored(weights["head.linear.integers"], weights["head.linear.scale"], len(b_head)))
        network.head.bias.copy_(b_head)
    return network
