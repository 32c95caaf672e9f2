import os
import signal
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


@contextmanager
def process(**variables: str) -> Iterator[subprocess.Popen[str]]:
    started = subprocess.Popen(
        [sys.executable, "-m", "app"],
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


def test_it_serves_on_port_and_stops_when_told(checkpoints: Path) -> None:
    """`python -m app` draws on PORT, logs what it loaded, and ends on SIGTERM in time, with status 0.

    So it does with standard error a full pipe: a log that nobody reads stops nothing.
    """
    port = free_port()
    with process(INKSTREAM_CHECKPOINTS=str(checkpoints), PORT=str(port)) as started:
        until = time.monotonic() + 60
        url = f"http://127.0.0.1:{port}"
        with httpx2.Client(timeout=30, verify=False) as client:
            while True:
                try:
                    answer = client.get(f"{url}/draw/penguin?seed=7")
                    break
                except httpx2.ConnectError:
                    assert time.monotonic() < until
                    assert started.poll() is None
                    time.sleep(0.1)
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
