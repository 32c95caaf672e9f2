from pathlib import Path

import numpy as np
import pytest
import torch

from model.picture.raster import rasterise
from tests.training import round_and_square
from training.classifier.dataset import StrokesThere, picture_datasets, stroke_datasets
from training.data.collection import files_by_category
from training.data.formats import read_drawings
from training.data.split import split_of
from training.errors import DataError


def test_each_drawing_is_in_the_gallery_of_its_split(tmp_path: Path) -> None:
    """Pictures and numbers follow the files in order; splits are those of everything else in training."""
    files = files_by_category(round_and_square.folder(tmp_path, count=60))
    found = picture_datasets(files, ("train", "valid", "test"))
    assert sum(map(len, found.values())) == 120
    for split, dataset in found.items():
        assert dataset.names == ("round", "square")
        expected = [
            (number, rasterise(sketch.stroke5))
            for number, paths in enumerate(files.values())
            for sketch in read_drawings(paths[0])
            if split_of(sketch.stroke5) == split
        ]
        assert dataset.category.tolist() == [number for number, _ in expected]
        assert (dataset.pictures == np.stack([picture for _, picture in expected])).all()
        assert dataset.counts.sum() == len(dataset)


def test_drawings_that_were_turned_down_are_left_out(tmp_path: Path) -> None:
    """`recognized: false` keeps a drawing out."""
    round_and_square.folder(tmp_path, count=40)
    before = len(picture_datasets(files_by_category(tmp_path), ("train",))["train"])
    round_and_square.write(tmp_path / "round.ndjson", "round", 40, seed=5, recognized=False)
    assert len(picture_datasets(files_by_category(tmp_path), ("train",))["train"]) == before


def test_a_split_without_drawings_is_an_error(tmp_path: Path) -> None:
    """A folder of drawings that were all turned down is named as lacking drawings."""
    round_and_square.write(tmp_path / "round.ndjson", "round", 40, recognized=False)
    with pytest.raises(DataError, match="no drawings in the train split"):
        picture_datasets(files_by_category(tmp_path), ("train",))


def test_strokes_are_those_of_the_files(tmp_path: Path) -> None:
    """They come in the order of the pictures; side by side, shorter ones are filled up with their last point."""
    files = files_by_category(round_and_square.folder(tmp_path, count=40))
    pictures, strokes = picture_datasets(files, ("train",))["train"], stroke_datasets(files, ("train",))["train"]
    assert strokes.names == pictures.names
    assert (strokes.category == pictures.category).all()
    which = np.array([0, len(strokes) - 1])
    assert strokes.category[which].tolist() == [0, 1]
    points, begins = StrokesThere.of(strokes, torch.device("cpu")).lines(which, torch.from_numpy(which))
    counts = np.diff(strokes.starts)[which]
    assert points.shape == (2, counts.max(), 2)
    short, length = int(counts.argmin()), int(counts.min())
    assert (points[short, length:] == points[short, length - 1]).all()
    assert begins.sum(dim=1).tolist() == [1, 1]
    drawn = [rasterise(drawing) for drawing in (sketch.stroke5 for sketch in read_drawings(files["round"][0]))]
    assert any((pictures.pictures[0] == picture).all() for picture in drawn)
