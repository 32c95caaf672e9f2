"""Real drawings as pictures with the number of their category: what a classifier learns from and is measured on."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from training.classifier.raster import SIZE, Picture, rasterise
from training.data.collection import Files
from training.data.formats import read_drawings
from training.data.left_out import TURNED_DOWN, LeftOut
from training.errors import DataError
from training.split import Split, split_of


@dataclass(frozen=True)
class PictureDataset:
    """M pictures [M, SIZE, SIZE] uint8, `category` [M] numbers into `names`. About 4 KB a drawing."""

    names: tuple[str, ...]
    pictures: Picture
    category: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.category)

    @property
    def counts(self) -> NDArray[np.int64]:
        """Drawings of each category: [len(names)]."""
        return np.bincount(self.category, minlength=len(self.names))


def picture_datasets(files: Files, splits: Sequence[Split], *, skip_bad: bool = False) -> dict[Split, PictureDataset]:
    """A dataset for each split asked for, of the files of some categories.

    Drawings that Quick, Draw!'s own recogniser turned down are left out: nobody wants a drawing to look like those.
    Raises DataError when a split is left without drawings.
    """
    pictures: dict[Split, list[Picture]] = {split: [] for split in splits}
    numbers: dict[Split, list[int]] = {split: [] for split in splits}
    left_out = LeftOut()
    for number, paths in enumerate(files.values()):
        for sketch in chain.from_iterable(read_drawings(path, skip_bad=skip_bad) for path in paths):
            split = split_of(sketch.stroke5)
            if split in pictures and sketch.recognized is False:
                left_out.add(TURNED_DOWN)
            elif split in pictures:
                pictures[split].append(rasterise(sketch.stroke5))
                numbers[split].append(number)
    left_out.tell()
    return {split: _dataset(tuple(files), pictures[split], numbers[split], split) for split in splits}


def _dataset(names: tuple[str, ...], pictures: list[Picture], numbers: list[int], split: Split) -> PictureDataset:
    if not pictures:
        raise DataError(f"no drawings in the {split} split")
    stacked = np.empty((len(pictures), SIZE, SIZE), np.uint8)
    for row, picture in zip(stacked, pictures, strict=True):
        row[:] = picture
    return PictureDataset(names, stacked, np.array(numbers, np.int64))
