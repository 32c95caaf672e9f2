import io
import pickle
from pathlib import Path

import pytest
import torch

from tests.training import shapes
from tests.training.full_disk import full
from training.__main__ import main
from training.data.corpus import Corpus
from training.errors import TrainingError
from training.loop import state

RUNS = [
    "train square --data data/square.ndjson --out out --system gmm128_1 --hidden 8 --epochs 1",
    "pretrain --data data --out out --hidden 8 --mixtures 1 --embedding 4 --latent 2 --encoder 4 --steps 2",
    "classifier --data data --out out.pt --steps 2",
]
STATE = {"fingerprint": "abc", "weights": {"w": torch.ones(3)}}


def saved(what: object) -> bytes:
    """A file of torch's."""
    file = io.BytesIO()
    torch.save(what, file)
    return file.getvalue()


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


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", bytes(range(1, 99)), pickle.dumps(print), saved([1]), saved(torch.ones(3))],
    ids=["empty", "text", "bytes", "a function", "a list", "a tensor"],
)
def test_what_is_no_state_is_named(content: bytes, tmp_path: Path) -> None:
    """In a line of our own: torch's are many, and advise to run what may be anything."""
    (tmp_path / state.FILE).write_bytes(content)
    with pytest.raises(TrainingError, match=r"^.*state.pt is no state of a training run: .*; remove it or name .*$"):
        state.load(tmp_path, "abc")


@pytest.mark.parametrize("words", RUNS, ids=lambda words: words.partition(" ")[0])
def test_a_state_of_another_version_is_refused(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One that lacks what this one needs, or has more: each trainer says so, and keeps the file."""
    monkeypatch.chdir(tmp_path)
    for kind in ("square", "zigzag"):
        shapes.write(tmp_path / "data" / f"{kind}.ndjson", kind, 30)
    argv = [*words.split(), "--state", "run", "--batch", "8", "--threads", "1", "--quiet", "--float32"]
    assert main(argv) == 0
    path = tmp_path / "run" / state.FILE
    whole = torch.load(path, weights_only=True)
    for name in ("weights", "optimisers"):
        torch.save({**whole, name: {}}, path)
        changed = path.read_bytes()
        assert main(argv) == 2
        told = capsys.readouterr().err
        assert "state.pt is damaged, or of another version of Inkstream" in told
        assert told.endswith("; remove it or name another --state\n")
        assert path.read_bytes() == changed


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
