"""Checkpoints of format 1 and files of trained networks, as those who wrote them wrote them."""

import hashlib
import json
import warnings
from pathlib import Path

import torch
from torch import Tensor, nn

from model.density.sampler import head_order
from model.network import Network
from tests.training import networks
from training.shared.network import SharedConfig, SharedNetwork


class Part(nn.Module):
    """Some buffers."""

    def __init__(self, **buffers: Tensor) -> None:
        super().__init__()
        for name, value in buffers.items():
            self.register_buffer(name, value)


class Product(Part):
    """Whole numbers and their scales, and how they are multiplied by."""

    def __init__(self, matrix: Tensor, digits: int, *, finely: bool) -> None:
        rest, parts = matrix, []
        scale = matrix.abs().amax(1, keepdim=True) / 127
        scale[scale == 0] = 1
        for _ in range(digits):
            whole = (rest / scale).round().clamp(-127, 127)
            parts.append((whole.to(torch.int8), scale.squeeze(1)))
            rest, scale = rest - whole * scale, scale / 254
        integers, scales = zip(*parts, strict=True)
        super().__init__(integers=torch.cat(integers), scale=torch.cat(scales))
        self.finely = finely


class Head(Part):
    """In the sampler's order, zeros for its filler."""

    def __init__(self, weight: Tensor, bias: Tensor, *, finely: bool) -> None:
        order = head_order(len(bias))
        places = torch.stack([(order == row).nonzero()[0, 0] for row in range(len(bias))])
        super().__init__(places=places, bias=torch.cat([bias, bias[:1] * 0])[order])
        self.product = Product(torch.cat([weight, weight[:1] * 0])[order], 2, finely=finely)


class Archive(Part):
    """What format 1 kept of an LSTM: all that adds to the sums of its third gate is there twice."""

    def __init__(self, network: Network, *, finely: bool) -> None:
        w_input, w_hidden, bias = (value.detach() for value in network.layer_weights())
        hidden = network.config.hidden
        factor = torch.ones(4 * hidden)
        factor[2 * hidden : 3 * hidden] = 2
        names = ("mean", "std", "h0", "c0")
        super().__init__(**{name: getattr(network, name).detach() for name in names})
        self.entry = Part(w_input=w_input * factor[:, None], bias=bias * factor)
        self.products = nn.ModuleList([Product(w_hidden * factor[:, None], 1, finely=False)])
        self.head = Head(network.head.weight.detach(), network.head.bias.detach(), finely=finely)

    def forward(self) -> None:
        return None


def write_format1(folder: Path, network: Network, *, finely: bool = False, **changes: object) -> Path:
    """A checkpoint of format 1 of a network; `changes` are of its card."""
    folder.mkdir(parents=True, exist_ok=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        torch.jit.script(Archive(network, finely=finely)).save(str(folder / "model.pt"))  # type: ignore[no-untyped-call]
    card: dict[str, object] = {
        "category": "The Eiffel Tower",
        "slug": "the-eiffel-tower",
        "system": "gmm16_3",
        "hidden": network.config.hidden,
        "mixtures": network.config.mixtures,
        "layers": 1,
        "mean": networks.MEAN,
        "std": networks.STD,
        "max_points": 24,
        "temp_xy": 0.3,
        "temp_p": 0.6,
        "nats": {"xy": 7.5, "pen": 0.25, "total": 7.75},
        "data": [{"source": "a test", "count": 3, "licence": "CC0"}],
        "command": "as it was",
        "a later key": 1,
        "sha256": hashlib.sha256((folder / "model.pt").read_bytes()).hexdigest(),
    }
    (folder / "card.json").write_text(json.dumps(card | changes))
    return folder


NAMES = ("square", "zigzag", "dog")


def shared_network() -> SharedNetwork:
    """A small one with random weights everywhere."""
    config = SharedConfig(len(NAMES), hidden=16, mixtures=2, embedding=8, latent=4, encoder=8, kind=3)
    with torch.random.fork_rng():
        torch.manual_seed(0)
        network = SharedNetwork(config, torch.tensor(networks.MEAN), torch.tensor(networks.STD))
        for parameter in network.parameters():
            parameter.data = (parameter.data + 0.2 * torch.randn_like(parameter)).half().float()
    return network.eval()


def write_trained(folder: Path, network: SharedNetwork) -> Path:
    """Its decoder and its encoder, matrices in half precision, and the first state of no subject that is spare."""
    folder.mkdir(parents=True)
    based = ("mean", "std", "head.weight", "head.bias")
    weights = {
        ("base." if name in based else "") + name: value.half() if value.dim() == 2 else value
        for name, value in network.state_dict().items()
    }
    encoder = {name: value for name, value in weights.items() if name.startswith(("read", "kind", "latent"))}
    decoder = {name: value for name, value in weights.items() if name not in encoder}
    decoder |= {"base.h0": torch.zeros(16), "base.c0": torch.zeros(16)}
    config = network.config
    about = {"names": list(NAMES), "hidden": config.hidden, "embedding": config.embedding, "latent": config.latent}
    torch.save({**about, "weights": decoder}, folder / "decoder.pt")
    torch.save({"encoder": config.encoder, "weights": encoder}, folder / "encoder.pt")
    return folder
