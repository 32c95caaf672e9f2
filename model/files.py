"""Files on disk, written whole or not at all, and the two of a checkpoint: its card, and the model that it names."""

import hashlib
import json
import os
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, TypeVar

from pydantic import BaseModel, ValidationError

from model.errors import CheckpointCorrupt, CheckpointError, CheckpointMissing

MODEL, CARD = "model.pt", "card.json"
FORMER = ".model.pt.former"  # what `model.pt` was, for as long as the card is still its own
DRAWS = "network"  # the kind of a checkpoint whose card names none

C = TypeVar("C", bound=BaseModel)


def write_whole(path: Path, content: bytes | Callable[[IO[bytes]], None]) -> None:
    """Replace a file, and make its folder: a kill, a failure or a full disk at any moment leaves the older one whole.

    `content` is bytes, or a function that writes them into an open file. Raises OSError, even where that function makes
    something else of it, as `torch.save` makes a RuntimeError of a full disk; nothing half-written is then left.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") as file:
            if isinstance(content, bytes):
                file.write(content)
            else:
                content(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except RuntimeError as error:
        if isinstance(error.__context__, OSError):
            raise OSError(*error.__context__.args) from error
        raise
    finally:
        with suppress(OSError):  # it is in place, or its disk is gone
            temporary.unlink()


def remove_half_written(path: Path) -> None:
    """Remove what writers of a file left beside it when they were killed."""
    for temporary in path.parent.glob(f".{path.name}.*.tmp"):
        temporary.unlink(missing_ok=True)


def card_content(folder: Path) -> bytes:
    """The card in a folder. Raises CheckpointMissing, or CheckpointError where it cannot be read."""
    path = folder / CARD
    try:
        return _bytes_of(path)
    except FileNotFoundError as error:
        raise CheckpointMissing(f"{folder} has no {CARD}") from error
    except OSError as error:
        raise CheckpointError(f"{path} cannot be read: {error.strerror or error}") from error


def kind_of(folder: Path) -> str:
    """What a checkpoint is for, by its card: `DRAWS` where that says nothing else, or cannot be read."""
    try:
        card = json_of(card_content(folder))
    except (CheckpointError, ValueError):
        return DRAWS
    return str(card.get("kind", DRAWS)) if isinstance(card, dict) else DRAWS


def json_of(content: bytes) -> Any:  # noqa: ANN401 - it may be anything
    """What JSON says. Raises ValueError for what is none, also if it goes deeper than Python's own reader can."""
    try:
        return json.loads(content)
    except RecursionError:
        raise ValueError("it goes too deep") from None


def validated(form: type[C], folder: Path, content: bytes) -> C:
    """A card of some form from the bytes of its file. Raises CheckpointCorrupt, which says what is wrong with it."""
    try:
        return form.model_validate_json(content)
    except ValidationError as error:
        raise CheckpointCorrupt(f"{folder / CARD} is not a card: {_first(error)}") from error


def model_content(folder: Path, sha256: str) -> bytes:
    """The model whose hash a card names; between the two renames of `save_checkpoint` it is the former one."""
    path = folder / MODEL
    found = []
    for candidate in (path, folder / FORMER):
        try:
            content = _bytes_of(candidate)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise CheckpointError(f"{candidate} cannot be read: {error.strerror or error}") from error
        found.append(hashlib.sha256(content).hexdigest())
        if found[-1] == sha256:
            return content
    if not found:
        raise CheckpointMissing(f"{folder} has no {MODEL}")
    raise CheckpointCorrupt(f"{path} has SHA-256 {found[0]}, but its card names {sha256 or 'none'}")


def _bytes_of(path: Path) -> bytes:
    """A file's content. Raises CheckpointError for pipes and devices, which may have no end, and OSError."""
    mode = path.stat().st_mode
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):  # of a folder the system says itself that it cannot be read
        raise CheckpointError(f"{path} is no regular file")
    return path.read_bytes()


def _first(error: ValidationError) -> str:
    details = error.errors()[0]
    return f"{'.'.join(str(part) for part in details['loc']) or 'file'}: {details['msg']}"
