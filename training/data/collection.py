"""Drawings of one or many categories, read from files and split."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from model.names import match_key
from model.strokes import Array
from training.data.corpus import Corpus
from training.data.formats import read_drawings
from training.data.left_out import EMPTY, TWIN, LeftOut, too_long
from training.data.sketch import category_of
from training.data.source import is_debris, some_of
from training.data.split import digest, split_of
from training.data.spool import Spool
from training.data.vector import svg_files
from training.errors import DataError

log = logging.getLogger(__name__)

Files = Mapping[str, Sequence[Path]]  # of each category
ENDINGS = tuple(f".{kind}{zipped}" for kind in ("ndjson", "bin", "npz") for zipped in ("", ".gz"))


@dataclass(frozen=True)
class Collection:
    """Splits for training, with the categories' names in order of their numbers, and what went into `train`."""

    names: tuple[str, ...]
    train: Corpus
    valid: Corpus
    real: int  # drawings of the training split
    extra: int  # drawings added for training only
    left_out: LeftOut = field(default_factory=LeftOut)


def collect(
    files: Files,
    extra: Files,
    *,
    max_points: int,
    repeat: int = 1,
    most_valid: int | None = None,
    skip_bad: bool = False,
) -> Collection:
    """Training and validation splits of the files' drawings; `extra` files are added to training alone.

    Drawings longer than `max_points` rows are left out of both; the training split counts `repeat` times; at most
    about `most_valid` drawings are kept for validation. An extra drawing that is a twin of a held-out one is left out.
    How many were left out is logged, and is in the collection.
    Drawings lie on disk, in a temporary file: there may be more than memory holds.
    """
    count, held_out, left_out = 0, set[bytes](), LeftOut()
    with Spool() as train, Spool() as valid:
        for number, paths in enumerate(files.values()):
            for drawing in _short(paths, max_points, skip_bad, left_out):
                count += 1
                split = split_of(drawing)
                if split == "train":
                    train.add(drawing, number)
                elif extra:
                    held_out.add(digest(drawing))
                if split == "valid":
                    valid.add(drawing, number)
        if not len(valid):
            every = (drawing for paths in files.values() for drawing in _short(paths, max_points, skip_bad, LeftOut()))
            twins = count - len({digest(drawing) for drawing in every})
            of_them = f", {twins} of them twins of others" if twins else ""
            raise DataError(f"too few drawings to hold any out for validation: {count}{of_them}{left_out.besides()}")
        real = len(train)
        train.repeat(repeat)
        for number, name in enumerate(files):
            for drawing in _short(extra.get(name, ()), max_points, skip_bad, left_out):
                if digest(drawing) in held_out:
                    left_out.add(TWIN)
                else:
                    train.add(drawing, number)
        added = len(train) - real * repeat
        left_out.tell()
        return Collection(tuple(files), train.corpus(), valid.corpus(most_valid), real, added, left_out)


def _short(paths: Sequence[Path], max_points: int, skip_bad: bool, left_out: LeftOut) -> Iterator[Array]:
    """Drawings of some files in order, the too long and the empty left out and counted."""
    for path in paths:
        for sketch in read_drawings(path, skip_bad=skip_bad):
            if len(sketch.stroke5) > max_points:
                left_out.add(too_long(max_points))
            elif len(sketch.stroke5) < 2:
                left_out.add(EMPTY)
            else:
                yield sketch.stroke5


def files_by_category(folder: Path) -> dict[str, list[Path]]:
    """The files of drawings in a folder, and its folders of SVG files, each named after its category.

    A file counts by its ending: ndjson, bin or npz, plain or gzip; what else is there is logged. Raises DataError for
    none.
    """
    try:
        there = sorted(path for path in folder.iterdir() if not is_debris(path))
    except OSError as error:
        raise DataError(f"{folder}: {error.strerror or error}") from error
    paths = [path for path in there if path.name.lower().endswith(ENDINGS) or _holds_svg(path)]
    others = sorted(set(there) - set(paths))
    if not paths:
        but = f", but {some_of(others)}" if others else ""
        raise DataError(f"{folder} holds no file of drawings ({', '.join(ENDINGS)}) and no folder of SVG files{but}")
    if others:
        log.warning("%s: passed over what holds no drawings: %s", folder, some_of(others))
    files: dict[str, list[Path]] = {}
    for path in paths:
        files.setdefault(category_of(path), []).append(path)
    return files


def files_of(category: str, paths: Sequence[Path]) -> list[Path]:
    """The files among some that are named after a category, by its name's `match_key`; folders are looked into.

    Raises DataError when there is none.
    """
    found = []
    for path in paths:
        whole = (
            {category_of(path): [path]}
            if (path.exists() and not path.is_dir()) or _holds_svg(path)
            else files_by_category(path)
        )
        found += [file for name, files in whole.items() if match_key(name) == match_key(category) for file in files]
    if not found:
        raise DataError(f"no file in {', '.join(map(str, paths))} is named after {category!r}")
    return found


def _holds_svg(path: Path) -> bool:
    return path.is_dir() and bool(svg_files(path))
