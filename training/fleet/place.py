"""Where the checkpoints of a fleet go: a folder, or a bucket of any store that fsspec knows."""

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import fsspec
from fsspec.implementations.local import LocalFileSystem
from pydantic import ValidationError

from model.card import Card
from model.files import CARD, FORMER, MODEL
from model.saving import write_checkpoint
from training.errors import TrainingError


class Place(Protocol):
    """A folder or a bucket."""

    def read(self, path: str) -> bytes | None:
        """The content of a file below; None where there is none."""

    def write(self, name: str, content: bytes, card: Card) -> None:
        """Put a checkpoint there, of which nobody ever sees a part."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A checkpoint that lies somewhere: its card, if that can be read, and whether the model is the one it names."""

    card: Card | None
    whole: bool


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, or one that all machines share."""

    root: Path

    def read(self, path: str) -> bytes | None:
        try:
            return (self.root / path).read_bytes()
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes, card: Card) -> None:
        write_checkpoint(self.root / name, content, card)


@dataclass(frozen=True, slots=True)
class Bucket:
    """A store whose files appear whole.

    As in a folder the card is written last, and until then the former model lies beside: each card finds its own.
    """

    system: fsspec.AbstractFileSystem
    root: str

    def read(self, path: str) -> bytes | None:
        try:
            return bytes(self.system.cat_file(f"{self.root}/{path}"))
        except FileNotFoundError:
            return None

    def write(self, name: str, content: bytes, card: Card) -> None:
        folder = f"{self.root}/{name}"
        if (former := self.read(f"{name}/{MODEL}")) is not None:
            self.system.pipe_file(f"{folder}/{FORMER}", former)
        self.system.pipe_file(f"{folder}/{MODEL}", content)
        card = card.model_copy(update={"sha256": hashlib.sha256(content).hexdigest()})
        self.system.pipe_file(f"{folder}/{CARD}", (card.model_dump_json(indent=2) + "\n").encode())
        with suppress(FileNotFoundError):
            self.system.rm_file(f"{folder}/{FORMER}")


def is_address(out: str) -> bool:
    """Whether it is one of a bucket, such as s3://drawings/checkpoints, and no path."""
    return "://" in out


def place_of(out: str) -> Place:
    """The place at a path or an address. Raises TrainingError where no package here can reach it."""
    if not is_address(out):
        return Folder(Path(out))
    try:
        system, root = fsspec.url_to_fs(out)
    except (ImportError, ValueError) as error:
        raise TrainingError(f"{out} cannot be reached: {error}") from error
    return Folder(Path(root)) if isinstance(system, LocalFileSystem) else Bucket(system, root.rstrip("/"))


def lying(place: Place, name: str) -> Lying | None:
    """What lies at a checkpoint's name; None for nothing."""
    text, model = place.read(f"{name}/{CARD}"), place.read(f"{name}/{MODEL}")
    if text is None:
        return None if model is None else Lying(None, whole=False)
    try:
        card = Card.model_validate_json(text)
    except ValidationError:
        return Lying(None, whole=False)
    models = (model, place.read(f"{name}/{FORMER}"))
    return Lying(card, any(found and hashlib.sha256(found).hexdigest() == card.sha256 for found in models))
