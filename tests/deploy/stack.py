"""A stack of containers that a test starts from docker-compose.yml, under a name of its own, and removes."""

import functools
import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest

from benchmarks.redis_server import free_port

ROOT = Path(__file__).parents[2]
ANSWER_SECONDS = 15  # for an engine to say that it is there
BUILD_SECONDS = 1800  # PyTorch is downloaded, and unpacked several times by simple storage drivers
START_SECONDS = 600  # simple storage drivers copy the image for each container
# Builds may need the way out that the machine has and a bridge has not: a mirror, a proxy, an odd name server.
BUILD_ON_HOST = {name: {"build": {"network": "host"}} for name in ("app", "proxy")}


@functools.cache
def compose_command() -> tuple[str, ...]:
    """Compose's command where an engine answers; else the test is skipped, with the reason."""
    if shutil.which("docker") is None:
        pytest.skip("there is no docker command")
    try:
        found = subprocess.run(["docker", "info"], check=False, capture_output=True, text=True, timeout=ANSWER_SECONDS)
    except subprocess.TimeoutExpired:
        pytest.skip(f"the Docker engine did not answer within {ANSWER_SECONDS} seconds")
    if found.returncode != 0:
        pytest.skip(f"no Docker engine answers: {found.stderr.strip().splitlines()[-1]}")
    for command in (("docker", "compose"), ("docker-compose",)):
        if shutil.which(command[0]) is None:
            continue
        if subprocess.run([*command, "version"], check=False, capture_output=True, timeout=60).returncode == 0:
            return command
    pytest.skip("there is no Docker Compose")


@dataclass(frozen=True)
class Stack:
    """A project of containers; its app, or the proxy in front of several, answers at `url`."""

    command: tuple[str, ...]
    project: str
    port: int
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def compose(self, *arguments: str, timeout: float = START_SECONDS) -> str:
        """Run Compose; its standard output. Fails with whatever it said."""
        return self._run([*self.command, *arguments], timeout)

    def docker(self, *arguments: str, timeout: float = START_SECONDS) -> str:
        """Run docker itself."""
        return self._run(["docker", *arguments], timeout)

    def containers(self, service: str = "app") -> list[str]:
        """Ids of a service's containers."""
        return self.compose("ps", "-q", service).split()

    def inspect(self, container: str, form: str) -> str:
        """What the engine says of a container, by a template."""
        return self.docker("inspect", "--format", form, container).strip()

    def python(self, container: str, code: str) -> str:
        """What a line of Python prints in a container."""
        return self.docker("exec", container, "python", "-c", code).strip()

    def kill(self, container: str) -> None:
        """`kill -9` of the service's process, of which the container's first one is the parent."""
        self.python(container, "import os; os.kill(int(open('/proc/1/task/1/children').read().split()[0]), 9)")

    def is_ready(self) -> bool:
        """Whether it can draw."""
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5).status_code == 200
        except httpx2.TransportError:
            return False

    def wait(self) -> None:
        """Wait until it can draw."""
        late = time.monotonic() + START_SECONDS
        while not self.is_ready():
            assert time.monotonic() < late, self.compose("logs", "--tail", "50")
            time.sleep(0.2)

    def _run(self, command: list[str], timeout: float) -> str:
        run = subprocess.run(
            command, check=False, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=timeout
        )
        assert run.returncode == 0, f"{' '.join(command)}\n{run.stdout[-2000:]}\n{run.stderr[-4000:]}"
        return run.stdout


@contextmanager
def stack(folder: Path, name: str, *up: str, published: bool = True) -> Iterator[Stack]:
    """Build, `up` with more arguments, wait until it draws, and remove it all at the end.

    `folder`: for a file of ours. `published`: whether the app itself has a port, as by default, or the proxy has.
    """
    command = compose_command()
    extra = folder / "build.json"  # YAML, too
    services = BUILD_ON_HOST if not published else {"app": BUILD_ON_HOST["app"]}
    extra.write_text(json.dumps({"services": services}))
    files = ["docker-compose.yml", *(["docker-compose.override.yml"] if published else []), str(extra)]
    profile = () if published else ("--profile", "scaled")
    project = f"inkstream-{name}-{os.getpid()}"
    compose = (*command, "-p", project, *(word for file in files for word in ("-f", file)), *profile)
    port = free_port()
    environment = os.environ | {
        "PORT": str(port),
        "BIND": "127.0.0.1",
        "THREADS": "1",
        "COMPOSE_HTTP_TIMEOUT": str(START_SECONDS),
    }
    started = Stack(compose, project, port, environment)
    try:
        started.compose("build", timeout=BUILD_SECONDS)
        started.compose("up", "-d", *up)
        started.wait()
        yield started
    finally:
        started.compose("down", "--volumes", "--timeout", "10", timeout=START_SECONDS)
