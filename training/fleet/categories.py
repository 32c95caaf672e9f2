"""Which categories a fleet trains, and where their drawings are."""

from pathlib import Path

from model.names import match_key
from training.data.collection import files_by_category
from training.data.source import text_of
from training.errors import TrainingError

ALL = "all"


def categories(asked: list[str], data: Path) -> list[str]:
    """The categories that are asked for, each once: by names, by a file of names, or all that there are drawings of.

    Raises TrainingError for a name without letters, and a file without names; DataError for one that is no text.
    """
    names = asked
    if names == [ALL]:
        names = list(files_by_category(data))
    elif len(names) == 1 and (file := Path(names[0])).exists() and not file.is_dir():
        names = [line.strip() for line in text_of(file).splitlines() if line.strip()]
    for name in names:
        if not match_key(name):
            raise TrainingError(f"{name!r} is no name of a category")
    if not names:
        raise TrainingError(f"{asked[0]} names no category")
    return list({match_key(name): name for name in reversed(names)}.values())[::-1]


def files_by_key(folder: Path) -> dict[str, list[Path]]:
    """The files of each category, by its name's `match_key`."""
    found: dict[str, list[Path]] = {}
    for name, paths in files_by_category(folder.absolute()).items():
        found.setdefault(match_key(name), []).extend(paths)
    return found
