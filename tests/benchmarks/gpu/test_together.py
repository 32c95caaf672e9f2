"""The program that lets processes share a card is started for them, and ended with them."""

import os
import sys
from pathlib import Path

import pytest

from benchmarks.gpu.together import FOLDERS, PROGRAM, together
from tests.app.tiny import until

# Stands for the driver's: a daemon with -f, else what tells the one of this folder to end.
STAND_IN = f"""#!{sys.executable}
import os, pathlib, sys, time
folder = pathlib.Path(os.environ["CUDA_MPS_PIPE_DIRECTORY"])
if sys.argv[1:] == ["-f"]:
    (folder / "control").write_text(os.environ["CUDA_MPS_LOG_DIRECTORY"])
    while (folder / "control").exists():
        time.sleep(0.01)
    pathlib.Path(os.environ["ENDED"]).touch()
elif sys.stdin.read() == "quit\\n":
    (folder / "control").unlink()
"""


def test_it_lives_as_long_as_those_who_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder of its own, which the environment tells them; it is asked to end, not killed."""
    program, ended = tmp_path / PROGRAM, tmp_path / "ended"
    program.write_text(STAND_IN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("ENDED", str(ended))
    monkeypatch.delenv(FOLDERS[0], raising=False)
    monkeypatch.setenv(FOLDERS[1], "before")
    with together("cuda") as shared:
        assert shared
        folder = Path(os.environ[FOLDERS[0]])
        until((folder / "control").exists)
        assert not ended.exists()
    assert ended.exists()
    assert not folder.exists()
    assert FOLDERS[0] not in os.environ
    assert os.environ[FOLDERS[1]] == "before"


def test_where_nothing_is_shared_nothing_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a CPU, or without the program."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with together("cuda") as shared:
        assert not shared
    (tmp_path / PROGRAM).touch(0o755)
    with together("cpu") as shared:
        assert not shared
        assert FOLDERS[0] not in os.environ
