"""The state of an unfinished run on disk: written whole or not at all, and refused by a run it does not belong to."""

import hashlib
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch

from model.files import remove_half_written, write_whole
from training.data.corpus import Corpus
from training.errors import TrainingError

FILE = "state.pt"


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
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path} is damaged ({error}); remove it to start afresh") from error
    if state.get("fingerprint") != expected:
        raise TrainingError(f"{path} belongs to a run with other data or settings; remove it or name another --state")
    return state
