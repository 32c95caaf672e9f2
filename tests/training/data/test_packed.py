import json
from pathlib import Path

import numpy as np
import pytest

from tests.training import shapes
from tests.training.data.test_packed_columns import same
from tests.training.full_disk import full
from training.data import packed
from training.data.collection import Collection
from training.data.corpus import Corpus
from training.data.packed import is_packed, read_packed, write_packed
from training.errors import DataError

TRAIN = shapes.drawings("square", 20) + shapes.drawings("zigzag", 20) + shapes.drawings("square", 9, seed=5)
VALID = shapes.drawings("square", 6, seed=9) + shapes.drawings("zigzag", 6, seed=9)
COLLECTION = Collection(
    ("wobbly square", "zigzag"),
    Corpus.of(TRAIN, [0] * 20 + [1] * 20 + [0] * 9),
    Corpus.of(VALID, [0] * 6 + [1] * 6),
    real=40,
    extra=9,
)


def test_a_collection_comes_back(tmp_path: Path) -> None:
    """Names, drawings of both splits, how many are real and how many for training alone; nothing else is written."""
    folder = tmp_path / "deep" / "packed"
    assert not is_packed(folder)
    write_packed(folder, COLLECTION)
    assert is_packed(folder)
    assert {path.name for path in folder.iterdir()} == {"names.json", "real.small.npz", "teach.small.npz"}
    found = read_packed(folder, max_points=200)
    assert (found.names, found.real, found.extra) == (COLLECTION.names, 40, 9)
    same(found.train, COLLECTION.train)
    same(found.valid, COLLECTION.valid)


def test_some_drawings_are_left_out(tmp_path: Path) -> None:
    """The long ones, sampled ones of a category by any spelling, and most of those for validation."""
    write_packed(tmp_path, COLLECTION)
    assert read_packed(tmp_path, max_points=200, left_out=["Wobbly-Square"]).extra == 0
    assert read_packed(tmp_path, max_points=200, left_out=["zigzag"]).extra == 9
    few = read_packed(tmp_path, max_points=200, most_valid=4).valid
    same(few, Corpus.of(VALID[::3], [0, 0, 1, 1]))
    short = read_packed(tmp_path, max_points=7)
    assert short.train.lengths.max() == 7
    assert short.extra == 9


def test_a_collection_without_extra_drawings(tmp_path: Path) -> None:
    """Has one file less, and takes the place of one with them."""
    write_packed(tmp_path, COLLECTION)
    real = Corpus.of(TRAIN[:40], [0] * 20 + [1] * 20)
    write_packed(tmp_path, Collection(COLLECTION.names, real, COLLECTION.valid, real=40, extra=0))
    assert {path.name for path in tmp_path.iterdir()} == {"names.json", "real.small.npz"}
    same(read_packed(tmp_path, max_points=200).train, real)


def test_files_of_another_program_are_not_replaced(tmp_path: Path) -> None:
    """They would be read beside the new ones."""
    (tmp_path / "teach2.npz").touch()
    with pytest.raises(DataError, match=r"holds other packed drawings: teach2\.npz"):
        write_packed(tmp_path, COLLECTION)


def test_a_full_disk_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is there does not count as packed drawings."""
    write_packed(tmp_path, COLLECTION)
    monkeypatch.setattr(packed, "write_whole", full)
    with pytest.raises(DataError, match="could not be written: No space left on device"):
        write_packed(tmp_path, COLLECTION)
    assert not is_packed(tmp_path)


def test_what_is_damaged_is_said(tmp_path: Path) -> None:
    """Cut short, without names, without a split, of categories without a name: the folder is named."""
    write_packed(tmp_path, COLLECTION)
    path = tmp_path / "real.small.npz"
    whole = path.read_bytes()

    def refused(reason: str) -> None:
        with pytest.raises(DataError, match=reason):
            read_packed(tmp_path, max_points=200)

    path.write_bytes(whole[: len(whole) // 2])
    refused("does not hold packed drawings")
    path.write_bytes((tmp_path / "teach.small.npz").read_bytes())
    refused("no split")
    path.unlink()
    refused(r"needs one file real\.small\.npz")
    path.write_bytes(whole)
    (tmp_path / "names.json").write_text(json.dumps(["square"]))
    refused("category without a name")
    (tmp_path / "names.json").write_text("no names")
    refused("does not hold packed drawings")
    (tmp_path / "names.json").write_text(json.dumps(COLLECTION.names))
    with pytest.raises(DataError, match="no drawings for training"):
        read_packed(tmp_path, max_points=3)
    assert len(read_packed(tmp_path, max_points=200).train) == len(np.unique(COLLECTION.train.starts)) - 1
