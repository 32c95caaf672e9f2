from pathlib import Path

import pytest

from app.catalogue import recogniser as recogniser_module
from app.catalogue.catalogue import read_catalogue
from app.catalogue.recogniser import FOLDER, find_recogniser, read_recogniser
from app.catalogue.trust import Trust
from model.errors import CheckpointError, CheckpointMissing
from tests.app.seer import Seer
from tests.app.tiny import write_checkpoint


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Of a recogniser, beside a checkpoint; a stand-in is loaded from it."""
    write_checkpoint(tmp_path, "cat")
    folder = tmp_path / FOLDER
    folder.mkdir()
    (folder / "model.pt").write_bytes(b"weights")
    (folder / "card.json").write_text('{"kind": "recogniser"}')
    monkeypatch.setattr(recogniser_module, "load_recogniser", lambda _: Seer())
    return folder


def test_it_is_no_category(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its folder is neither served as a checkpoint nor complained of."""
    catalogue = read_catalogue(folder.parent)
    assert [category.slug for category in catalogue.categories()] == ["cat"]
    assert catalogue.refused == {}
    assert "recogniser" not in caplog.text


def test_it_is_found_and_counted(folder: Path, tmp_path: Path) -> None:
    """In the first folder of checkpoints that has one; its memory is that of its file."""
    (empty := tmp_path / "empty").mkdir()
    assert find_recogniser([empty, folder.parent]) == folder
    assert find_recogniser([empty]) is None
    loaded = read_recogniser([empty, folder.parent], Trust())
    assert isinstance(loaded.recogniser, Seer)
    assert loaded.bytes == len(b"weights")


def test_what_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    """The folder, or the file in it."""
    (folder / "model.pt").unlink()
    with pytest.raises(CheckpointMissing, match=r"recogniser has no model\.pt"):
        read_recogniser([folder.parent], Trust())
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointMissing, match=r"there is no folder 'recogniser' in .*empty"):
        read_recogniser([empty], Trust())


def test_only_a_trusted_one_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A TorchScript archive is code, so its hash is compared before it is opened."""
    monkeypatch.setattr(recogniser_module, "load_recogniser", lambda _: pytest.fail("it was opened"))
    with pytest.raises(CheckpointError, match="is not among the trusted hashes"):
        read_recogniser([folder.parent], Trust(frozenset({"0" * 64})))
