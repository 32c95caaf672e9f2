"""`training.loop.alone`, within one process and between two, one of which is killed."""

import errno
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from training.errors import TrainingError
from training.loop.alone import LOCK, alone

BUSY = r"another run is at work {}: wait until it has ended, or choose another --state$"


def test_a_second_run_is_refused_at_once_until_the_first_has_ended(tmp_path: Path) -> None:
    """By whatever path it comes; nothing stays of the lock, and what lies in the folder stays as it is."""
    folder, again = tmp_path / "run", tmp_path / "again"
    again.symlink_to(folder)
    with alone({"--state": folder}):
        (folder / "state.pt").touch()
        with pytest.raises(TrainingError, match=BUSY.format("in .*again")), alone({"--state": again}):
            pass
    with alone({"--state": again}):
        pass
    assert [path.name for path in folder.iterdir()] == ["state.pt"]


def test_a_file_can_be_held_beside_others(tmp_path: Path) -> None:
    """A run that makes another file of the same folder is let in."""
    one, other = tmp_path / "models" / "one.pt", tmp_path / "models" / "other.pt"
    with alone({}, {"--out": one}), alone({}, {"--out": other}), pytest.raises(TrainingError) as refused:
        alone({}, {"--out": one}).__enter__()
    assert str(refused.value).startswith(f"another run is at work on {one}: ")
    assert not one.parent.exists()


def test_one_folder_may_serve_for_two_things(tmp_path: Path) -> None:
    """A run does not keep itself out; a folder that was made for nothing is gone afterwards."""
    with alone({"--out": tmp_path / "run", "--state": tmp_path / "other" / ".." / "run"}):
        pass
    assert not (tmp_path / "run").exists()


def test_a_killed_run_keeps_nobody_out(tmp_path: Path) -> None:
    """Its lock ends with it, also if nothing of it could tidy up."""
    code = (
        "import sys, pathlib, training.loop.alone as a\n"
        "with a.alone({'--state': pathlib.Path(sys.argv[1])}): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        with pytest.raises(TrainingError, match=BUSY.format("in .*")), alone({"--state": tmp_path}):
            pass
        process.kill()
        process.wait()
    assert (tmp_path / LOCK).exists()
    with alone({"--state": tmp_path}):
        pass


def test_where_nothing_can_be_written_that_is_said(tmp_path: Path) -> None:
    """A place that holds no file is an error in words, as it is without a lock."""
    (tmp_path / "file").touch()
    with pytest.raises(TrainingError, match="could not be made: "), alone({"--state": tmp_path / "file" / "run"}):
        pass
    (tmp_path / "run" / LOCK).mkdir(parents=True)
    with pytest.raises(TrainingError, match="could not be written: "), alone({"--state": tmp_path / "run"}):
        pass


def test_a_disk_without_locks_is_used_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """With a warning: as it was before there were locks."""

    def no_locks(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", no_locks)
    with alone({"--state": tmp_path}):
        pass
    assert "no file can be locked in" in caplog.text
