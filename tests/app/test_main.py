import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest
import torch

from app import __main__ as command
from benchmarks.redis_server import free_port

ROOT = Path(__file__).parents[2]


LOSING = """
import sys
from app import __main__ as command
from app.engine import device
from app.engine.runner import Runner
def fail(*_): raise RuntimeError("CUDA error: unspecified launch failure")
device.is_lost, Runner.run = lambda _: True, fail
sys.exit(command.serve())
"""

# Whatever waits for the card waits for ever, a network that is loaded meanwhile among that.
HANGING = """
import sys, threading
from app import __main__ as command
from app.catalogue.checkpoint_cache import CheckpointCache
from app.engine import engine, hang
from app.engine.runner import Runner
from app.server import server
asked = threading.Event()
def answer(*_): asked.set(), threading.Event().wait()
async def close(_): threading.Event().wait()
Runner.run, CheckpointCache.close = answer, close
hang.Watch.hangs = lambda _: asked.is_set()
engine.LOOK_SECONDS, server.LAST_SECONDS = 0.1, 1.0
sys.exit(command.serve())
"""


@contextmanager
def process(*arguments: str, **variables: str) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, *(arguments or ("-m", "app"))],
        cwd=ROOT,
        env={**os.environ, "INKSTREAM_THREADS": "1", **variables},
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


@pytest.mark.parametrize("host", ["127.0.0.1", "192.0.2.1"])
def test_a_place_that_cannot_be_listened_on_ends_it(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With status 2, and one line that names the setting, before anything is loaded."""
    monkeypatch.setenv("INKSTREAM_HOST", host)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        monkeypatch.setenv("PORT", str(taken.getsockname()[1]))
        assert command.serve() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.endswith("set PORT") or "set INKSTREAM_HOST" in line


def test_it_serves_on_port_and_stops_when_told(checkpoints: Path) -> None:
    """`python -m app` draws on PORT, logs what it loaded, and ends on SIGTERM in time, with status 0.

    So it does with standard error a full pipe: a log that nobody reads stops nothing.
    """
    port = free_port()
    with process(INKSTREAM_CHECKPOINTS=str(checkpoints), PORT=str(port)) as started:
        url = f"http://127.0.0.1:{port}"
        with httpx2.Client(timeout=30, verify=False) as client:
            answer = first_answer(started, client, f"{url}/draw/penguin?seed=7")
            assert answer.status_code == 200
            assert answer.headers["x-inkstream-seed"] == "7"
            for number in range(300):  # 300 kB of log, and a pipe holds 64
                assert client.get(f"{url}/{'a' * 1000}{number}").status_code == 404
            assert client.get(f"{url}/draw/penguin").status_code == 200
        started.send_signal(signal.SIGTERM)
        assert started.wait(timeout=20) == 0
        assert started.stderr is not None
        log = started.stderr.read()
        assert "loaded checkpoint penguin: gmm16_3" in log
        assert "Traceback" not in log


def first_answer(started: subprocess.Popen[str], client: httpx2.Client, url: str) -> httpx2.Response:
    """Of a process that may not listen yet."""
    until = time.monotonic() + 60
    while True:
        try:
            return client.get(url)
        except httpx2.ConnectError:
            assert time.monotonic() < until
            assert started.poll() is None
            time.sleep(0.1)


@pytest.mark.parametrize(("program", "word"), [(LOSING, "failed"), (HANGING, "hangs")], ids=["failed", "hangs"])
def test_it_ends_by_itself_once_the_gpu_failed(program: str, word: str, checkpoints: Path) -> None:
    """With status 1, so that whatever watches over it starts another: this process could never draw again."""
    port = free_port()
    with process("-c", program, INKSTREAM_CHECKPOINTS=str(checkpoints), PORT=str(port)) as started:
        with httpx2.Client(timeout=30, verify=False) as client:
            assert first_answer(started, client, f"http://127.0.0.1:{port}/draw/penguin").status_code == 503
        assert started.wait(timeout=20) == 1
        assert started.stderr is not None
        assert f"the GPU {word}" in started.stderr.read()


@pytest.mark.parametrize(
    ("variable", "value", "message"),
    [
        ("INKSTREAM_CHECKPOINTS", "/nowhere", "INKSTREAM_CHECKPOINTS: /nowhere is not a folder\n"),
        ("INKSTREAM_PROT", "80", "INKSTREAM_PROT: no such setting\n"),
    ],
)
def test_wrong_settings_end_it_with_a_line(
    checkpoints: Path,
    variable: str,
    value: str,
    message: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A wrong variable is named in one line on standard error, and the status is 2."""
    monkeypatch.setenv("INKSTREAM_CHECKPOINTS", str(checkpoints))
    monkeypatch.setenv(variable, value)
    monkeypatch.setattr(sys, "argv", ["python -m app"])
    assert command.main() == 2
    assert capsys.readouterr().err == message


@pytest.mark.skipif(torch.cuda.is_available(), reason="CUDA is there")
def test_a_device_that_is_not_there_ends_it_with_a_line(
    checkpoints: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rather than with a traceback of the application: what helps, and what keeps PyTorch from the card; status 2."""
    monkeypatch.setenv("INKSTREAM_CHECKPOINTS", str(checkpoints))
    monkeypatch.setenv("INKSTREAM_DEVICE", "cuda")
    monkeypatch.setattr(sys, "argv", ["python -m app"])
    assert command.main() == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith(
        "INKSTREAM_DEVICE is 'cuda', but PyTorch finds no CUDA device; set INKSTREAM_DEVICE=cpu, or mend it: "
    )
