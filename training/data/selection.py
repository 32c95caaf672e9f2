"""Drawings picked out of files by the split that they fall into."""

import math
from collections.abc import Iterator, Sequence, Set
from itertools import islice
from pathlib import Path

from model.strokes import Array
from training.data.collection import Files
from training.data.corpus import Corpus
from training.data.formats import read_drawings
from training.data.left_out import TURNED_DOWN, LeftOut
from training.data.split import Split, split_of
from training.data.spool import Spool
from training.errors import DataError

LOOKED_AT = 2000  # of a category's drawings, where some tell as much as all


def read_split(files: Sequence[Path], split: str, *, skip_bad: bool = False) -> Corpus:
    """The drawings of one split of some files, `all` for every drawing. Raises DataError when there is none."""
    count = 0
    with Spool() as spool:
        for path in files:
            for sketch in read_drawings(path, skip_bad=skip_bad):
                count += 1
                if split == "all" or split_of(sketch.stroke5) == split:
                    spool.add(sketch.stroke5)
        if not len(spool):
            raise DataError(f"no drawing of the {split} split among the {count} in {', '.join(map(str, files))}")
        return spool.corpus()


def held_out(files: Files, category: str, *, skip_bad: bool = False) -> list[Array]:
    """The real drawings of a category that no classifier was trained on: its valid and test splits.

    Nothing about the classifier is chosen by either, and both together halve the noise of rare categories. As in
    `training.classifier.dataset`, drawings that the game's own recogniser turned down are left out.

    Raises DataError for none.
    """
    drawings = list(recognised_ones(files, category, {"valid", "test"}, skip_bad=skip_bad))
    if not drawings:
        raise DataError(f"no held-out real drawings of {category!r}")
    return drawings


def whole_split(files: Files, split: Split, *, skip_bad: bool = False) -> Iterator[tuple[str, Array]]:
    """The category and the rows of every real drawing of a split, none left out. Raises DataError for none."""
    count = 0
    for category, paths in files.items():
        for path in paths:
            for sketch in read_drawings(path, skip_bad=skip_bad):
                if split_of(sketch.stroke5) == split:
                    count += 1
                    yield category, sketch.stroke5
    if not count:
        raise DataError(f"no drawings in the {split} split")


def taught(files: Files, category: str, longest: float = math.inf, *, skip_bad: bool = False) -> list[Array]:
    """The first 2,000 real drawings of a category's training split that have points, `longest` rows at most."""
    drawings = recognised_ones(files, category, {"train"}, skip_bad=skip_bad)
    return list(islice((drawing for drawing in drawings if 2 < len(drawing) <= longest), LOOKED_AT))


def recognised_ones(files: Files, category: str, splits: Set[str], *, skip_bad: bool = False) -> Iterator[Array]:
    """The real drawings of a category in some splits, but for those that the game's own recogniser turned down."""
    left_out = LeftOut()
    for path in files.get(category, ()):
        for sketch in read_drawings(path, skip_bad=skip_bad):
            if split_of(sketch.stroke5) not in splits:
                continue
            if sketch.recognized is False:
                left_out.add(TURNED_DOWN)
            else:
                yield sketch.stroke5
    left_out.tell(category)
