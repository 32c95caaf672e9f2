"""The recogniser on disk: the folder `recogniser` among the checkpoints. It draws nothing, so it is no category."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.catalogue.trust import Trust
from model.checkpoint import MODEL
from model.errors import CheckpointError, CheckpointMissing
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser

FOLDER = "recogniser"


@dataclass(frozen=True, slots=True)
class LoadedRecogniser:
    """A recogniser in memory, and the bytes by which the process grows for it."""

    recogniser: Recogniser
    bytes: int


def find_recogniser(roots: Iterable[Path]) -> Path | None:
    """Its folder, in the first of the folders of checkpoints that has one."""
    return next((root / FOLDER for root in roots if (root / FOLDER).is_dir()), None)


def read_recogniser(roots: Iterable[Path], trust: Trust) -> LoadedRecogniser:
    """The recogniser, loaded. Raises CheckpointError, which says what is missing, broken or not to be trusted."""
    roots = list(roots)
    folder = find_recogniser(roots)
    if folder is None:
        raise CheckpointMissing(f"there is no folder {FOLDER!r} in {' or '.join(map(str, roots))}")
    try:
        content = (folder / MODEL).read_bytes()
    except FileNotFoundError as error:
        raise CheckpointMissing(f"{folder} has no {MODEL}") from error
    except OSError as error:
        raise CheckpointError(f"{folder / MODEL} cannot be read: {error.strerror or error}") from error
    trust.check(hashlib.sha256(content).hexdigest(), folder)
    return LoadedRecogniser(load_recogniser(folder), len(content))
