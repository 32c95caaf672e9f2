from pathlib import Path

import pytest

from app.catalogue import recogniser as recogniser_module
from app.catalogue.catalogue import read_catalogue
from app.catalogue.recogniser import FOLDER, find_recogniser, read_recogniser
from app.catalogue.trust import Trust
from app.routes.service import Service
from model.errors import CheckpointError, CheckpointMissing
from tests.app.tiny import client_of, write_checkpoint
from tests.model.recogniser import samples


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Of a recogniser that has learnt nothing, beside a checkpoint."""
    write_checkpoint(tmp_path, "cat")
    folder = tmp_path / FOLDER
    samples.write(folder)
    return folder


def test_it_is_no_category(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its folder is neither served as a checkpoint nor complained of."""
    catalogue = read_catalogue(folder.parent)
    assert [category.slug for category in catalogue.categories()] == ["cat"]
    assert catalogue.refused == {}
    assert "recogniser" not in caplog.text


def test_it_is_found_and_counted(folder: Path, tmp_path: Path) -> None:
    """In the first folder of checkpoints that has one; its memory is a multiple of its file."""
    (empty := tmp_path / "empty").mkdir()
    assert find_recogniser([empty, folder.parent]) == folder
    assert find_recogniser([empty]) is None
    loaded = read_recogniser([empty, folder.parent], Trust())
    assert loaded.recogniser.names == samples.NAMES
    assert loaded.bytes > (folder / "model.pt").stat().st_size


def test_what_is_missing_is_named(folder: Path, tmp_path: Path) -> None:
    """The folder, or the file in it."""
    (folder / "model.pt").unlink()
    with pytest.raises(CheckpointMissing, match=r"recogniser has no model\.pt"):
        read_recogniser([folder.parent], Trust())
    (empty := tmp_path / "empty").mkdir()
    with pytest.raises(CheckpointMissing, match=r"there is no folder 'recogniser' in .*empty"):
        read_recogniser([empty], Trust())


def test_only_a_trusted_one_is_loaded(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As with checkpoints that draw: its hash is compared before it is opened."""
    monkeypatch.setattr(recogniser_module, "load_recogniser", lambda _: pytest.fail("it was opened"))
    with pytest.raises(CheckpointError, match="is not among the trusted hashes"):
        read_recogniser([folder.parent], Trust(frozenset({"0" * 64})))


def test_a_service_has_it(folder: Path) -> None:
    """No stand-in: the service loads it with its checkpoints, counts it, guesses, and chooses by it."""
    with client_of(folder.parent) as client:
        guesses = client.post("/recognise", json={"strokes": [[[0, 0], [40, -60], [80, 0]]]}).json()["guesses"]
        assert [guess["slug"] for guess in guesses] == ["cat"]
        assert client.get("/draw/cat?best=4").headers["x-inkstream-best"] == "4"
        assert client.post("/recognise", json={"strokes": [[[5, 5], [9, 5]]]}).status_code == 200
        service: Service = client.app.state.service  # type: ignore[attr-defined]
        loaded = service.metrics.registry.get_sample_value("inkstream_loaded_checkpoints_bytes")
        assert loaded == service.library.cache.bytes + service.recognition.bytes
        assert service.recognition.bytes > 0


def test_a_damaged_one_is_told(folder: Path) -> None:
    """Its hash is no longer that of its card; the service draws."""
    (folder / "model.pt").write_bytes(b"weights")
    with client_of(folder.parent) as client:
        answer = client.post("/recognise", json={"strokes": [[[0, 0], [40, -60]]]})
        assert (answer.status_code, answer.json()["type"]) == (503, "urn:inkstream:problem:no-recogniser")
        assert "SHA-256" in answer.json()["detail"]
        assert client.get("/draw/cat").status_code == 200
