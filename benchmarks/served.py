"""The service in a process of its own, as `python -m app` starts it."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.error import URLError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
START_SECONDS = 120.0  # for checkpoints to load on a busy machine
STOP_SECONDS = 60.0
CPU, POINTS = "process_cpu_seconds_total", "inkstream_points_total"


@dataclass(frozen=True, slots=True)
class Served:
    """A service that runs: its `host:port` and its process."""

    host: str
    process: subprocess.Popen[bytes]

    def metrics(self) -> dict[str, float]:
        """Every sample of its metrics, by name and labels as they are written."""
        return samples_of(self.host)

    def stop(self) -> int:
        """Tell it to stop, and wait; its exit status."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_SECONDS)


def samples_of(host: str) -> dict[str, float]:
    """Every sample of the metrics of a service, by name and labels as they are written."""
    with urlopen(f"http://{host}/metrics", timeout=30) as answer:
        lines = answer.read().decode().splitlines()
    return {name: float(value) for name, _, value in (line.rpartition(" ") for line in lines if line[0] != "#")}


def spent(services: Sequence[Served]) -> tuple[float, float]:
    """Seconds of processor that some services have taken until now, and points that they have decoded."""
    every = [service.metrics() for service in services]
    return sum(metrics[CPU] for metrics in every), sum(metrics[POINTS] for metrics in every)


@contextmanager
def served(
    checkpoints: Path, *, log: IO[bytes] | int | None = None, program: str = "app", **settings: object
) -> Iterator[Served]:
    """A service that is ready; killed at the end, unless it was stopped. Raises OSError when it does not start.

    `log`: where its log goes, as `subprocess` takes it, if not to standard error. `program`: the module that serves.
    """
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    own = {"PORT": str(port), "INKSTREAM_CHECKPOINTS": str(checkpoints), "INKSTREAM_LOG_LEVEL": "error"}
    chosen = {f"INKSTREAM_{name.upper()}": str(value) for name, value in settings.items()}
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", program], cwd=ROOT, env=os.environ | own | chosen, stderr=log
    )
    service = Served(f"127.0.0.1:{port}", process)
    try:
        _wait_until_ready(service)
        yield service
    finally:
        process.kill()
        process.wait()


def _wait_until_ready(service: Served) -> None:
    late = time.monotonic() + START_SECONDS
    while time.monotonic() < late and service.process.poll() is None:
        try:
            with urlopen(f"http://{service.host}/readyz", timeout=START_SECONDS):
                return
        except URLError:  # it does not listen yet, or is not ready
            time.sleep(0.1)
    raise OSError("the service did not become ready")
