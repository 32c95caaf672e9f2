"""Real drawings with the number of their category: what a classifier learns from and is measured on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from model.picture.raster import SIZE, Picture, rasterise
from model.recogniser.lines import Lines, lines_of
from model.strokes import Array
from training.data.collection import Files
from training.data.formats import read_drawings
from training.data.left_out import TURNED_DOWN, LeftOut
from training.data.split import Split, split_of
from training.errors import DataError
from training.loop.drawings import sent

Numbers = NDArray[np.int64]


@dataclass(frozen=True)
class Dataset:
    """M drawings of some categories: `category` [M] numbers into `names`."""

    names: tuple[str, ...]
    category: Numbers

    def __len__(self) -> int:
        return len(self.category)

    @property
    def counts(self) -> Numbers:
        """Drawings of each category: [len(names)]."""
        return np.bincount(self.category, minlength=len(self.names))


@dataclass(frozen=True)
class PictureDataset(Dataset):
    """Drawings as pictures [M, SIZE, SIZE] uint8. About 4 KB a drawing."""

    pictures: Picture


@dataclass(frozen=True)
class StrokeDataset(Dataset):
    """Drawings as points [N, 2] end to end, `begins` [N] of strokes, and `starts` [M + 1]. About 0.4 KB a drawing."""

    points: NDArray[np.float32]
    begins: NDArray[np.bool_]
    starts: Numbers


@dataclass(frozen=True, slots=True)
class StrokesThere:
    """The same in the memory of a device. `lengths` [M] are known on the host as well."""

    points: Tensor
    begins: Tensor
    first: Tensor
    count: Tensor
    lengths: Numbers

    @classmethod
    def of(cls, dataset: StrokeDataset, device: torch.device) -> "StrokesThere":
        """Those of a dataset."""
        lengths = np.diff(dataset.starts)
        points, begins = sent(dataset.points, device), sent(dataset.begins, device)
        return cls(points, begins, sent(dataset.starts[:-1], device), sent(lengths, device), lengths)

    def lines(self, which: Numbers, there: Tensor) -> Lines:
        """The points of some drawings side by side; their numbers [n] are given on the host and on the device."""
        first, count = self.first[there, None], self.count[there, None]
        places = torch.arange(int(self.lengths[which].max()), device=there.device)
        rows = first + torch.minimum(places, count - 1)
        return Lines(self.points[rows], self.begins[rows] & (places < count))


def picture_datasets(files: Files, splits: Sequence[Split], *, skip_bad: bool = False) -> dict[Split, PictureDataset]:
    """A dataset for each split asked for, of the files of some categories. Raises DataError where a split has none."""
    pictures: dict[Split, list[Picture]] = {split: [] for split in splits}
    numbers: dict[Split, list[int]] = {split: [] for split in splits}
    for split, number, drawing in _drawings(files, splits, skip_bad=skip_bad):
        pictures[split].append(rasterise(drawing))
        numbers[split].append(number)
    return {
        split: PictureDataset(tuple(files), _known(numbers[split], split), _stacked(pictures[split]))
        for split in splits
    }


def stroke_datasets(files: Files, splits: Sequence[Split], *, skip_bad: bool = False) -> dict[Split, StrokeDataset]:
    """The same of strokes."""
    lines: dict[Split, list[Lines]] = {split: [] for split in splits}
    numbers: dict[Split, list[int]] = {split: [] for split in splits}
    for split, number, drawing in _drawings(files, splits, skip_bad=skip_bad):
        lines[split].append(lines_of([torch.from_numpy(drawing)]))
        numbers[split].append(number)
    return {split: _joined(tuple(files), _known(numbers[split], split), lines[split]) for split in splits}


def _drawings(files: Files, splits: Sequence[Split], *, skip_bad: bool) -> Iterator[tuple[Split, int, Array]]:
    """The split, the number of the category and the rows of each drawing.

    Drawings that Quick, Draw!'s own recogniser turned down are left out: nobody wants a drawing to look like those.
    """
    left_out = LeftOut()
    for number, paths in enumerate(files.values()):
        for sketch in chain.from_iterable(read_drawings(path, skip_bad=skip_bad) for path in paths):
            split = split_of(sketch.stroke5)
            if split in splits and sketch.recognized is False:
                left_out.add(TURNED_DOWN)
            elif split in splits:
                yield split, number, sketch.stroke5
    left_out.tell()


def _known(numbers: list[int], split: Split) -> Numbers:
    """Raises DataError for none."""
    if not numbers:
        raise DataError(f"no drawings in the {split} split")
    return np.array(numbers, np.int64)


def _stacked(pictures: list[Picture]) -> Picture:
    stacked = np.empty((len(pictures), SIZE, SIZE), np.uint8)
    for row, picture in zip(stacked, pictures, strict=True):
        row[:] = picture
    return stacked


def _joined(names: tuple[str, ...], category: Numbers, lines: list[Lines]) -> StrokeDataset:
    starts = np.concatenate([[0], np.cumsum([each.points.size(1) for each in lines])]).astype(np.int64)
    points, begins = (torch.cat([each[i][0] for each in lines]).numpy() for i in range(2))
    return StrokeDataset(names, category, points, begins, starts)
