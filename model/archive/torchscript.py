"""TorchScript archives of networks: the one file in which Inkstream uses `torch.jit`."""

import copy
import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from functools import reduce
from typing import cast

import torch
from torch import Tensor, nn

from model.decoder import Decoder
from model.encoder import Autoencoder
from model.errors import CheckpointCorrupt, first_line
from model.table import TableDecoder

CONTRACT = ("context", "begin", "read", "advance", "log_prob", "mixture", "pack")
# TorchScript's deprecation, and that of quantised tensors, are known and tell a user nothing. They are hidden for good:
# `catch_warnings` is for all threads, and checkpoints are loaded beside others that use it.
warnings.filterwarnings("ignore", message=".*torch.jit.*", category=DeprecationWarning)
warnings.filterwarnings("ignore", message=".*quantized tensor creation.*", category=UserWarning)
_COMPILED: dict[tuple[object, ...], torch.jit.ScriptModule] = {}  # without weights, never handed out


def open_archive(content: bytes, name: str) -> nn.Module:
    """An archive of any format, with its methods. Raises CheckpointCorrupt, which calls it `name`, for what is none.

    Its methods are TorchScript's code: trust them as much as the person who gave you its hash.
    """
    try:
        return cast("nn.Module", torch.jit.load(io.BytesIO(content), map_location="cpu"))  # type: ignore[no-untyped-call]
    except RuntimeError as error:
        raise CheckpointCorrupt(f"{name} is not a TorchScript archive: {first_line(error)}") from error


def archive_of(decoder: Decoder) -> bytes:
    """TorchScript's bytes of a decoder: methods of the contract and weights, the same wherever our sources lie."""
    return _without_sources(_copied(decoder).decoder.save_to_buffer())


def scripted(module: nn.Module, methods: Sequence[str]) -> nn.Module:
    """Any module, compiled, with these methods of its class."""
    for name in methods:
        torch.jit.export(getattr(type(module), name))
    return cast("nn.Module", torch.jit.script(module.eval()))


def archive_with(module: nn.Module, methods: Sequence[str]) -> bytes:
    """TorchScript's bytes of a module, and these methods of its class: the same wherever our sources lie."""
    archive = cast("torch.jit.ScriptModule", scripted(module, methods))
    return _without_sources(archive.save_to_buffer())


def compiled_on(decoder: Decoder, device: torch.device) -> nn.Module:
    """`TableDecoder` of a decoder on a device, compiled, as its `decoder` is, which is packed too.

    Contexts and latent codes are made on the CPU.
    """
    for name, part in decoder.named_children():
        if name not in ("contexts", "encoder"):
            part.to(device)
    decoder.mean, decoder.std = decoder.mean.to(device), decoder.std.to(device)
    tables = _copied(decoder)
    tables.decoder.pack(device.type == "cpu" and packs())
    return tables


def packs() -> bool:
    """Whether this build of torch has the libraries of `Decoder.pack`: those for x86 have."""
    onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return onednn and "fbgemm" in torch.backends.quantized.supported_engines


def _compiled(decoder: Decoder) -> torch.jit.ScriptModule:
    methods = (*CONTRACT, "encode") if isinstance(decoder, Autoencoder) else CONTRACT
    return cast(
        "torch.jit.ScriptModule",
        scripted(TableDecoder(cast("Decoder", scripted(decoder, methods))), ("draw", "raw", "heaviest")),
    )


def _copied(decoder: Decoder) -> torch.jit.ScriptModule:
    """Compiled, as a copy of one of this shape that was compiled before: it takes 1 to 3 ms, not 40 to 60."""
    own = dict(decoder.named_buffers())
    kind = (type(decoder), decoder.head.linear.finely, *((n, t.shape, t.dtype, t.device) for n, t in own.items()))
    if kind not in _COMPILED:
        _COMPILED[kind] = _compiled(decoder)
        _fill(_COMPILED[kind].decoder, {name: tensor[:0].clone() for name, tensor in own.items()})
    tables = copy.deepcopy(_COMPILED[kind])
    _fill(tables.decoder, own)
    return tables


def _without_sources(content: bytes) -> bytes:
    """An archive without the lines of Python that its code came from, the paths of their files, and a hash of these."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for entry in old.infolist():
            if not entry.filename.endswith((".debug_pkl", "serialization_id")):
                new.writestr(zipfile.ZipInfo(entry.filename), old.read(entry))
    return out.getvalue()


def _fill(module: nn.Module, weights: Mapping[str, Tensor]) -> None:
    for name, tensor in weights.items():
        *parts, buffer = name.split(".")
        setattr(reduce(getattr, parts, module), buffer, tensor)
