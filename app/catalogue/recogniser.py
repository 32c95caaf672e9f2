"""The recogniser on disk: the folder `recogniser` among the checkpoints. It draws nothing, so it is no category."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from app.catalogue.trust import Trust
from model.errors import CheckpointMissing
from model.files import MODEL
from model.recogniser.card import read_recogniser_card
from model.recogniser.recogniser import Recogniser
from model.recogniser.stored import load_recogniser

FOLDER = "recogniser"
GROWTH = 3  # bytes that the process grows by for each of `model.pt`, which has weights in half precision


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
    trust.check(read_recogniser_card(folder).sha256, folder)
    recogniser = load_recogniser(folder)
    return LoadedRecogniser(recogniser, GROWTH * (folder / MODEL).stat().st_size)
