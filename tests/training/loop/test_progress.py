import json
import sys
from pathlib import Path

import pytest

from model.card import Nats
from tests.training.full_disk import full
from training.errors import TrainingError
from training.loop.progress import Progress


def test_the_log_tells_validations(tmp_path: Path) -> None:
    """A JSON object a line, in a folder that is made."""
    progress = Progress(tmp_path / "deep" / "log.jsonl", quiet=True)
    with progress.started(total=10, done=0):
        progress.step(3.0, 7)
        progress.validated(1, Nats(xy=2.0, pen=0.5, total=2.5))
    (line,) = progress.log.read_text().splitlines()
    assert json.loads(line)["valid"] == {"xy": 2.0, "pen": 0.5, "total": 2.5}


def test_a_bar_is_for_terminals(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a file it would be thousands of lines; validations are told there, too."""
    progress = Progress(tmp_path / "log.jsonl")
    for terminal in (False, True):
        monkeypatch.setattr(sys.stderr, "isatty", lambda terminal=terminal: terminal)
        with progress.started(total=10, done=0):
            progress.step(3.0, 7)
            progress.validated(1, Nats(xy=2.0, pen=0.5, total=2.5))
        told = capsys.readouterr()
        assert told.out == "step 1: validation 2.500 nats (xy 2.000, pen 0.500)\n"
        assert ("/10 [" in told.err) is terminal


def test_a_log_that_cannot_be_written_stops_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk or a file in the way of the folder is an error that names the log."""
    progress = Progress(tmp_path / "log.jsonl", quiet=True)
    with progress.started(total=10, done=0):
        monkeypatch.setattr(Path, "open", full)
        with pytest.raises(TrainingError, match=r"log\.jsonl could not be written: No space left on device"):
            progress.validated(0, Nats(xy=2.0, pen=0.5, total=2.5))
    monkeypatch.undo()
    (tmp_path / "file").touch()
    with (
        pytest.raises(TrainingError, match=r"log\.jsonl could not be written"),
        Progress(tmp_path / "file" / "log.jsonl", quiet=True).started(total=10, done=0),
    ):
        pass
