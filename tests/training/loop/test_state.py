from pathlib import Path

import pytest
import torch

from tests.training import shapes
from tests.training.full_disk import full
from training.data.corpus import Corpus
from training.errors import TrainingError
from training.loop import state

STATE = {"fingerprint": "abc", "weights": {"w": torch.ones(3)}}


def test_round_trip(tmp_path: Path) -> None:
    """What was saved comes back; no state is no error."""
    assert state.load(tmp_path, "abc") is None
    state.save(tmp_path, STATE)
    loaded = state.load(tmp_path, "abc")
    assert loaded is not None
    assert torch.equal(loaded["weights"]["w"], torch.ones(3))


def test_a_full_disk_keeps_the_older_state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the new state cannot be written, the older one is whole and nothing half-written is left."""
    state.save(tmp_path, STATE)

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(TrainingError, match="No space left"):
        state.save(tmp_path, {"fingerprint": "abc", "weights": {}})
    monkeypatch.undo()
    assert [path.name for path in tmp_path.iterdir()] == [state.FILE]
    assert state.load(tmp_path, "abc") is not None


def test_what_a_killed_run_left_half_written_is_cleared_away(tmp_path: Path) -> None:
    """The temporary file of a process that is gone does not stay, and does not stand for the state."""
    (tmp_path / f".{state.FILE}.123.tmp").write_bytes(b"half")
    assert state.load(tmp_path, "abc") is None
    state.save(tmp_path, STATE)
    assert [path.name for path in tmp_path.iterdir()] == [state.FILE]


def test_a_damaged_state_is_named(tmp_path: Path) -> None:
    """A cut-off file is reported with what to do, not as a traceback."""
    state.save(tmp_path, STATE)
    path = tmp_path / state.FILE
    path.write_bytes(path.read_bytes()[:100])
    with pytest.raises(TrainingError, match="damaged"):
        state.load(tmp_path, "abc")


def test_a_state_cannot_run_code(tmp_path: Path) -> None:
    """A pickle that would call a function is refused as damaged."""
    torch.save({"fingerprint": "abc", "weights": Path.cwd}, tmp_path / state.FILE)
    with pytest.raises(TrainingError, match="damaged"):
        state.load(tmp_path, "abc")


def test_the_fingerprint_knows_the_drawings() -> None:
    """Other drawings or other settings make another fingerprint."""
    one, other = (Corpus.of(shapes.drawings("square", 3, seed)) for seed in (0, 1))
    prints = {state.fingerprint(1, one), state.fingerprint(1, other), state.fingerprint(2, one)}
    assert len(prints) == 3
    assert state.fingerprint(1, one) in prints
