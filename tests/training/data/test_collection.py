from pathlib import Path

import pytest

from model.strokes import Array
from tests.training import shapes
from training.data.collection import collect, files_by_category, files_of
from training.data.corpus import Corpus
from training.data.formats import read_drawings
from training.data.split import digest, split_of
from training.errors import DataError


def rows_of(corpus: Corpus, i: int) -> Array:
    return corpus.rows[corpus.starts[i] : corpus.starts[i + 1]]


def test_test_drawings_are_in_no_corpus(tmp_path: Path) -> None:
    """What is held out for the last score is neither trained on nor used to choose the best step."""
    path = shapes.write(tmp_path / "square.ndjson", "square", 200)
    collection = collect({"square": [path]}, {}, max_points=50)
    held_out = {digest(s.stroke5) for s in read_drawings(path) if split_of(s.stroke5) == "test"}
    for corpus in (collection.train, collection.valid):
        assert not held_out & {digest(rows_of(corpus, i)) for i in range(len(corpus))}
    assert len(held_out) + len(collection.train) + len(collection.valid) == 200


def test_extra_drawings_train_but_never_judge(tmp_path: Path) -> None:
    """Extra drawings are added to training whole, but for twins of held-out ones; validation stays real."""
    real = shapes.write(tmp_path / "square.ndjson", "square", 200)
    extra = shapes.write(tmp_path / "extra.ndjson", "square", 50, seed=1)
    plain = collect({"square": [real]}, {}, max_points=50)
    more = collect({"square": [real]}, {"square": [extra, real]}, max_points=50, repeat=3)
    assert (more.real, more.extra) == (plain.real, 50 + plain.real)
    assert len(more.train) == 3 * plain.real + 50 + plain.real
    assert len(more.valid) == len(plain.valid)


def test_numbers_follow_the_names(tmp_path: Path) -> None:
    """Each drawing carries its category's number, extra ones too; extra categories without real drawings are left."""
    shapes.write(tmp_path / "real" / "square.ndjson.gz", "square", 60)
    shapes.write(tmp_path / "real" / "zigzag.ndjson", "zigzag", 60)
    shapes.write(tmp_path / "extra" / "zigzag.ndjson", "zigzag", 10, seed=5)
    shapes.write(tmp_path / "extra" / "circle.ndjson", "square", 10, seed=5)
    collection = collect(files_by_category(tmp_path / "real"), files_by_category(tmp_path / "extra"), max_points=50)
    assert collection.names == ("square", "zigzag")
    assert collection.extra == 10
    assert all(len(rows_of(collection.train, i)) == 7 + n for i, n in enumerate(collection.train.category))


def test_long_drawings_are_left_out(tmp_path: Path) -> None:
    """`max_points` holds for training and validation."""
    path = shapes.write(tmp_path / "a.ndjson", "square", 100)
    longer = shapes.write(tmp_path / "b.ndjson", "zigzag", 100)
    found = collect({"x": [path, longer]}, {}, max_points=7)
    assert max(found.train.lengths) == 7
    assert str(found.left_out) == "100 longer than --max-points 7"


def test_what_is_left_out_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The log counts the long ones and the twins; where nothing is left, the error does."""
    path = shapes.write(tmp_path / "a.ndjson", "square", 100)
    longer = shapes.write(tmp_path / "b.ndjson", "zigzag", 30)
    found = collect({"x": [path]}, {"x": [path, longer]}, max_points=7)
    twins = 100 - found.real
    assert f"left out: {twins} of --extra-data that are twins of held-out ones, 30 longer" in caplog.text
    with pytest.raises(DataError, match=r"too few drawings .*: 0 \(left out: 30 longer than --max-points 7\)"):
        collect({"x": [longer]}, {}, max_points=7)


def test_too_few_drawings_is_an_error(tmp_path: Path) -> None:
    """With nothing to validate on, the run is refused before it starts; twins, which share a split, are counted."""
    path = shapes.write(tmp_path / "a.ndjson", "square", 1)
    with pytest.raises(DataError, match=r"too few drawings .*: 1$"):
        collect({"x": [path]}, {}, max_points=50)
    path.write_text(path.read_text() * 50)
    with pytest.raises(DataError, match=r"too few drawings .*: 50, 49 of them twins of others$"):
        collect({"x": [path]}, {}, max_points=50)


def test_what_a_folder_holds_beside_drawings_is_named(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file in a form that is not read there would be missed by nobody else; what a system puts there is not named."""
    for name in ("dog.zip", "cat.json", ".DS_Store"):
        (tmp_path / name).write_bytes(b"?")
    with pytest.raises(DataError, match=r"holds no file .* SVG files, but cat\.json, dog\.zip$"):
        files_by_category(tmp_path)
    shapes.write(tmp_path / "square.ndjson", "square", 1)
    assert list(files_by_category(tmp_path)) == ["square"]
    assert caplog.messages == [f"{tmp_path}: passed over what holds no drawings: cat.json, dog.zip"]


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    """A folder without drawings, or none at all, is named."""
    with pytest.raises(DataError, match="holds no"):
        files_by_category(tmp_path)
    with pytest.raises(DataError, match="absent"):
        files_by_category(tmp_path / "absent")


def test_files_are_found_by_the_name_of_their_category(tmp_path: Path) -> None:
    """In folders and among files, however the name is spelt; a folder of SVG files is one of them; none is an error."""
    tower = shapes.write(tmp_path / "all" / "The Eiffel Tower.ndjson.gz", "square", 3)
    cat = shapes.write(tmp_path / "cat.ndjson", "zigzag", 3)
    (tmp_path / "mine" / "cat").mkdir(parents=True)
    (tmp_path / "mine" / "cat" / "1.svg").write_text("<svg/>")
    given = [tmp_path / "all", cat, tmp_path / "mine"]
    assert files_of("eiffel-tower", given) == [tower]
    assert files_of("Cat", given) == [cat, tmp_path / "mine" / "cat"]
    assert files_of("cat", [tmp_path / "mine" / "cat"]) == [tmp_path / "mine" / "cat"]
    with pytest.raises(DataError, match="is named after 'dog'"):
        files_of("dog", given)


def test_debris_is_no_category(tmp_path: Path) -> None:
    """Nothing that macOS or Windows put beside the files counts, and endings may be in capitals."""
    shapes.write(tmp_path / "CAT.NDJSON", "square", 3)
    for name in ("._CAT.NDJSON", ".DS_Store", "Thumbs.db", "._dog.ndjson.gz"):
        (tmp_path / name).write_bytes(b"\x00\x05\x16\x07Mac OS X")
    for folder in ("__MACOSX", ".Trash"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.svg").write_text("<svg/>")
    assert files_by_category(tmp_path) == {"CAT": [tmp_path / "CAT.NDJSON"]}
