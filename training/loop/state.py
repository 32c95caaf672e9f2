"""The state of an unfinished run on disk: written whole or not at all, and refused by a run it does not belong to."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import torch

from model.files import remove_half_written, write_whole
from training.data.corpus import Corpus
from training.errors import TrainingError
from training.loop.tensors import DAMAGED, read_tensors, why

FILE = "state.pt"
AFRESH = "remove it or name another --state"


def fingerprint(*parts: object) -> str:
    """A short hash of what a run was asked to do, by the parts' repr and the drawings of its corpora."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(np.ascontiguousarray(part.rows).data if isinstance(part, Corpus) else repr(part).encode())
    return digest.hexdigest()[:16]


def save(folder: Path, state: dict[str, Any]) -> None:
    """Replace the folder's state atomically. Raises TrainingError, the older state intact, when the disk is full."""
    try:
        write_whole(folder / FILE, lambda file: torch.save(state, file))
    except OSError as error:
        reason = error.strerror or error
        raise TrainingError(f"the training state could not be written to {folder}: {reason}") from error


def load(folder: Path, expected: str) -> dict[str, Any] | None:
    """The folder's state, None when there is none. Raises TrainingError if it is damaged or of another run."""
    path = folder / FILE
    remove_half_written(path)
    if not path.exists():
        return None
    try:
        state = read_tensors(path)
    except (OSError, ValueError) as error:
        raise TrainingError(f"{path} is no state of a training run: {why(error)}; {AFRESH}") from error
    if state.get("fingerprint") != expected:
        raise TrainingError(f"{path} belongs to a run with other data or settings; {AFRESH}")
    return state


@contextmanager
def restoring(folder: Path) -> Iterator[None]:
    """While a run takes up the folder's state. Raises TrainingError where that does not hold what the run needs."""
    try:
        yield
    except DAMAGED as error:
        raise TrainingError(
            f"{folder / FILE} is damaged, or of another version of Inkstream ({why(error)}); {AFRESH}"
        ) from error
