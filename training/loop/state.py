"""The state of an unfinished run on disk: written whole or not at all, and refused by a run it does not belong to."""

import hashlib
import os
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import torch

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
    folder.mkdir(parents=True, exist_ok=True)
    temporary = folder / f"{FILE}.{os.getpid()}.tmp"
    try:
        with temporary.open("wb") as file:
            torch.save(state, file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(folder / FILE)
    except (OSError, RuntimeError) as error:  # torch reports a short write as RuntimeError
        temporary.unlink(missing_ok=True)
        raise TrainingError(f"the training state could not be written to {folder}: {error}") from error


def load(folder: Path, expected: str) -> dict[str, Any] | None:
    """The folder's state, None when there is none. Raises TrainingError if it is damaged or of another run."""
    path = folder / FILE
    for half_written in folder.glob(f"{FILE}.*.tmp"):  # by a run that was killed
        half_written.unlink(missing_ok=True)
    if not path.exists():
        return None
    try:
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
    except (OSError, RuntimeError, EOFError, pickle.UnpicklingError) as error:
        raise TrainingError(f"{path} is damaged ({error}); remove it to start afresh") from error
    if state.get("fingerprint") != expected:
        raise TrainingError(f"{path} belongs to a run with other data or settings; remove it or name another --state")
    return state
