"""Which categories a fleet trains, and where their drawings are."""

from pathlib import Path

from model.names import match_key
from training.data.collection import files_by_category
from training.errors import TrainingError

ALL = "all"


def categories(asked: list[str], data: Path) -> list[str]:
    """The categories that are asked for, each once: by names, by a file of names, or all that there are drawings of.

    Raises TrainingError for a name without letters, and a file without names.
    """
    names = asked
    if names == [ALL]:
        names = list(files_by_category(data))
    elif len(names) == 1 and Path(names[0]).is_file():
        try:
            names = [line.strip() for line in Path(names[0]).read_text().splitlines() if line.strip()]
        except (OSError, UnicodeDecodeError) as error:
            raise TrainingError(f"{names[0]} is no list of names: {error}") from error
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
