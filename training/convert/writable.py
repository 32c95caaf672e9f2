"""What could not be written after a long run is found out before it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from training.errors import TrainingError

PICTURES = (".svg", ".png")
C = TypeVar("C", bound=BaseModel)


def checked_card(make: Callable[[], C]) -> C:
    """The card that `make` makes. Raises TrainingError, which says why, where there is none or none can be written."""
    try:
        card = make()
        card.model_dump_json()  # a text may be no Unicode
    except ValidationError as error:
        first = error.errors()[0]
        place = "".join(f"{part}: " for part in first["loc"])
        raise TrainingError(f"the card cannot be made: {place}{first['msg']}") from error
    except ValueError as error:  # of `slug` and of pydantic's JSON
        raise TrainingError(f"the card cannot be made: {error}") from error
    return card


def check_folder(folder: Path) -> None:
    """Raises TrainingError where a folder is none, can neither be made nor written into."""
    there = next(path for path in (folder, *folder.parents) if os.path.lexists(path))
    if not there.is_dir():
        raise TrainingError(f"{folder} could not be written: {there} is no folder")
    if not os.access(there, os.W_OK | os.X_OK):
        raise TrainingError(f"{folder} could not be written: no file may be made in {there}")


def check_picture(path: Path) -> None:
    """Raises TrainingError where a picture could not be written, or its name does not say which kind it is."""
    if path.suffix.lower() not in PICTURES:
        raise TrainingError(f"{path} must end in {' or '.join(PICTURES)}")
    if path.is_dir():
        raise TrainingError(f"{path} cannot be written: it is a folder")
    if not path.parent.is_dir():
        raise TrainingError(f"{path} cannot be written: {path.parent} is no folder")
    place = path if path.exists() else path.parent
    if not os.access(place, os.W_OK):
        raise TrainingError(f"{path} cannot be written: permission denied for {place}")
