"""A checkpoint on disk: `model.pt`, one TorchScript archive that needs none of our code, and `card.json`.

Every use of `torch.jit` in Inkstream is in this file. TorchScript is code: a checkpoint is loaded only when its hash
is the one that its card names, and the card is only as trustworthy as the folder it lies in.
"""

import hashlib
import io
import os
import shutil
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, cast

import torch
from pydantic import ValidationError
from torch import Tensor

from model.card import Card
from model.decoder import Decoder
from model.errors import CheckpointCorrupt, CheckpointError, CheckpointMissing
from model.product import Int8Product

MODEL, CARD = "model.pt", "card.json"
FORMER = ".model.pt.former"  # what `model.pt` was, for as long as the card is still its own
CONTRACT = ("start", "step", "advance", "log_prob", "mixture")


class CheckpointModule(Protocol):
    """What every checkpoint can do; see `model.decoder.Decoder` for what the methods mean."""

    def start(self, n: int) -> tuple[Tensor, Tensor]: ...
    def step(
        self, rows: Tensor, h: Tensor, c: Tensor, temperature: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]: ...
    def advance(
        self, rows: Tensor, h: Tensor, c: Tensor, temperature: Tensor, noise: Tensor
    ) -> tuple[Tensor, Tensor, Tensor]: ...
    def log_prob(self, rows: Tensor) -> tuple[Tensor, Tensor]: ...
    def mixture(self, h: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]: ...
    def named_buffers(self) -> Iterator[tuple[str, Tensor]]: ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A loaded checkpoint: its card, its module on `device`, and where it came from."""

    card: Card
    module: CheckpointModule
    folder: Path
    device: torch.device


def find_checkpoints(root: Path) -> list[Path]:
    """Folders right under `root` that hold any file of a checkpoint, in order of name."""
    return sorted({path.parent for name in (MODEL, CARD) for path in root.glob(f"*/{name}")})


def read_card(folder: Path) -> Card:
    """The card in a folder. Raises CheckpointMissing or CheckpointCorrupt, naming the folder."""
    path = folder / CARD
    try:
        return Card.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise CheckpointMissing(f"{folder} has no {CARD}") from error
    except ValidationError as error:
        raise CheckpointCorrupt(f"{path} is not a card: {_first(error)}") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}") from error


def check_checkpoint(folder: Path) -> Card:
    """The card of a checkpoint that is whole, without loading it. Raises as `load_checkpoint` does."""
    card = read_card(folder)
    _content(folder, card)
    return card


def _content(folder: Path, card: Card) -> bytes:
    """The model that the card describes; between the two renames of `save_checkpoint` it is the former one."""
    path = folder / MODEL
    found = []
    for candidate in (path, folder / FORMER):
        try:
            content = candidate.read_bytes()
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CheckpointError(f"{candidate} cannot be read: {error.strerror or error}") from error
        found.append(hashlib.sha256(content).hexdigest())
        if found[-1] == card.sha256:
            return content
    if not found:
        raise CheckpointMissing(f"{folder} has no {MODEL}")
    raise CheckpointCorrupt(f"{path} has SHA-256 {found[0]}, but its card names {card.sha256 or 'none'}")


def load_checkpoint(folder: Path, device: torch.device | str = "cpu", sha256: str | None = None) -> Checkpoint:
    """Load a checkpoint whose `model.pt` is the very file that its card describes, and that of `sha256` if given.

    Raises CheckpointMissing when a file is not there, CheckpointCorrupt when the hash differs or it cannot be read.
    """
    card, path = read_card(folder), folder / MODEL
    if sha256 not in (None, card.sha256):
        raise CheckpointCorrupt(f"{path} was replaced: its card names {card.sha256 or 'none'} now, not {sha256}")
    content = _content(folder, card)
    place = torch.device(device)
    try:
        with _torchscript():
            module = torch.jit.load(io.BytesIO(content), map_location=place)  # type: ignore[no-untyped-call]
    except RuntimeError as error:
        raise CheckpointCorrupt(f"{path} is not a TorchScript archive: {_line(error)}") from error
    lacking = [name for name in CONTRACT if not hasattr(module, name)]
    if lacking:
        raise CheckpointCorrupt(f"{path} lacks the method {lacking[0]!r} of the checkpoint contract")
    if place.type == "cpu" and packs() and hasattr(module, "pack"):
        with _torchscript():
            module.pack()  # the same drawings, faster
    return Checkpoint(card, cast("CheckpointModule", module), folder, place)


def packs() -> bool:
    """Whether this build of torch has the libraries of `Decoder.pack`: those for x86 have."""
    onednn: bool = torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return onednn and "fbgemm" in torch.backends.quantized.supported_engines


def save_checkpoint(folder: Path, decoder: Decoder, card: Card) -> Card:
    """Write a checkpoint, the folder holding a whole one at every moment; returns the card with its `sha256`.

    Both files are written whole under temporary names; the card, which makes the model valid, is put in place last,
    and until then the older model lies beside. Raises CheckpointError when that fails; the older one is then as it was.
    """
    temporary_model, temporary_card = folder / f".{MODEL}.tmp", folder / f".{CARD}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _torchscript():
            content = _archive(decoder)
        card = card.model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
        _write(temporary_model, content)
        _write(temporary_card, _text(card))
        _put_in_place(folder, temporary_model, temporary_card)
    except OSError as error:
        raise CheckpointError(f"{folder} could not be written: {error.strerror or error}") from error
    finally:
        _remove(temporary_model, temporary_card)
    return card


def write_card(folder: Path, card: Card) -> None:
    """Put another card beside a model that stays as it is. Raises CheckpointError when it cannot be written."""
    temporary = folder / f".{CARD}.tmp"
    try:
        _write(temporary, _text(card))
        temporary.replace(folder / CARD)
    except OSError as error:
        raise CheckpointError(f"{folder / CARD} could not be written: {error.strerror or error}") from error
    finally:
        _remove(temporary)


def _text(card: Card) -> bytes:
    return (card.model_dump_json(indent=2) + "\n").encode()


def _put_in_place(folder: Path, new_model: Path, new_card: Path) -> None:
    model, former = folder / MODEL, folder / FORMER
    had_one = model.exists()
    if had_one:
        shutil.copyfile(model, former)
    try:
        new_model.replace(model)
        new_card.replace(folder / CARD)
    except OSError:
        if had_one:
            former.replace(model)
        else:
            model.unlink(missing_ok=True)
        raise
    finally:
        _remove(former)


def _remove(*paths: Path) -> None:
    """What is not there any more, or never could be, is no reason to fail."""
    for path in paths:
        with suppress(OSError):
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def _torchscript() -> Iterator[None]:
    """TorchScript's deprecation, and that of quantised tensors, are known and say nothing to whoever runs this."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*torch.jit.*", category=DeprecationWarning)
        warnings.filterwarnings("ignore", message=".*quantized tensor creation.*", category=UserWarning)
        yield


def _archive(decoder: Decoder) -> bytes:
    """TorchScript's bytes of a decoder: all methods of the contract, and how its weights are stored."""
    for name in (*CONTRACT, "pack"):
        torch.jit.export(getattr(Decoder, name))
    for name in ("__getstate__", "__setstate__"):
        torch.jit.export(getattr(Int8Product, name))
    return cast("bytes", torch.jit.script(decoder.eval()).save_to_buffer())  # type: ignore[no-untyped-call]


def _first(error: ValidationError) -> str:
    details = error.errors()[0]
    return f"{'.'.join(str(part) for part in details['loc']) or 'file'}: {details['msg']}"


def _line(error: Exception) -> str:
    return str(error).strip().splitlines()[0]
