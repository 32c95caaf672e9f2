"""`training.fleet.here`: what becomes of a fleet's processes when the one that began them is stopped."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from training.fleet.here import side_by_side
from training.fleet.result import Result

SECONDS = 30  # that a test waits for what comes at once


def work(place: Path) -> Result:
    """Say which process this is, and train for ever."""
    place.with_suffix(".new").write_text(str(os.getpid()))
    place.with_suffix(".new").rename(place)
    time.sleep(1000)
    return Result(place.name, "trained")


def until(what: str, met: Callable[[], bool]) -> None:
    """Wait for something that is called again and again."""
    began = time.monotonic()
    while not met():
        assert time.monotonic() - began < SECONDS, what
        time.sleep(0.01)


def is_gone(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return True
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are looked up in /proc")
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT], ids=lambda how: how.name)
def test_processes_end_with_the_one_that_began_them(how: signal.Signals, tmp_path: Path) -> None:
    """In the midst of their work, which nobody waits for: the next run goes on with it, and they would spoil it."""
    place = tmp_path / "cat"
    code = "import sys; from tests.training.fleet.test_here import begin; begin(sys.argv[1])"
    with subprocess.Popen([sys.executable, "-c", code, str(place)], stderr=subprocess.PIPE) as fleet:
        until("no work was begun", place.exists)
        fleet.send_signal(how)
        fleet.wait(SECONDS)
    until("a process stayed", lambda: is_gone(int(place.read_text())))


def begin(place: str) -> None:
    """The fleet of the test."""
    list(side_by_side(work, {"cat": Path(place)}, 1))
