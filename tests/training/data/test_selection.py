from pathlib import Path

import pytest

from tests.training import round_and_square, shapes
from training.data.collection import files_by_category
from training.data.selection import held_out, read_split
from training.data.split import split_of
from training.errors import DataError


def test_a_split_is_read_by_its_name(tmp_path: Path) -> None:
    """Its drawings alone; `all` is every drawing; a split without a drawing is said."""
    path = shapes.write(tmp_path / "square.ndjson", "square", 100)
    for split in ("train", "valid", "test"):
        corpus = read_split([path], split)
        assert {split_of(corpus.drawing(i)) for i in range(len(corpus))} == {split}
    assert len(read_split([path], "all")) == 100
    with pytest.raises(DataError, match="no drawing of the test split"):
        read_split([shapes.write(tmp_path / "one.ndjson", "square", 0)], "test")


def test_held_out_drawings_were_never_trained_on(tmp_path: Path) -> None:
    """Only the valid and test splits."""
    files = files_by_category(round_and_square.folder(tmp_path))
    found = held_out(files, "round")
    assert 15 < len(found) < 50
    assert {split_of(drawing) for drawing in found} == {"valid", "test"}
    with pytest.raises(DataError, match="no held-out real drawings of 'zigzag'"):
        held_out(files, "zigzag")
