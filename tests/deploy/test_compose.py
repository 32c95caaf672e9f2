"""`docker compose up`, for real, where an engine answers. Images come from where TORCH_INDEX and NGINX_IMAGE say."""

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from app.pools.redis_store import SPACE
from tests.app.tiny import until, write_checkpoint
from tests.deploy.stack import Stack, stack

pytestmark = pytest.mark.slow

GRACE = 45  # stop_grace_period
METRICS = "import urllib.request as u; print(u.urlopen('http://127.0.0.1:8000/metrics').read().decode())"
COPY = "cp -rT /from /to/my-owl && chmod -R a+rX /to/my-owl"  # as docs/operate.md says it, of a cat
LONG = "pace=8&temp_xy=0.4"  # a penguin of some sixty points takes seconds, as under a human hand


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with stack(tmp_path_factory.mktemp("one"), "one") as started:
        yield started


def _draws(stack: Stack, category: str = "penguin") -> bool:
    answer = httpx2.get(f"{stack.url}/draw/{category}", timeout=30)
    return answer.status_code == 200 and answer.text.startswith("<svg")


def _completes(stack: Stack) -> bool:
    given = {"strokes": [[[0, 0], [40, -60], [80, 0]]]}
    return httpx2.post(f"{stack.url}/complete/penguin", json=given, timeout=30).status_code == 200


def _came_from(stack: Stack) -> str:
    """Whether a penguin lay ready, as the answer says."""
    return httpx2.get(f"{stack.url}/draw/penguin", timeout=30).headers["x-cache"]


def _restarts(stack: Stack, container: str) -> int:
    return int(stack.inspect(container, "{{.RestartCount}}"))


def _until_healthy(stack: Stack, container: str) -> None:
    until(lambda: stack.inspect(container, "{{.State.Health.Status}}") == "healthy")


@dataclass(frozen=True)
class Ending:
    """What a client saw whose drawing began before `down`, and how the app ended."""

    last: dict[str, object]
    close_code: int | None
    status: int
    seconds: float


def _drawing_while_down(stack: Stack) -> Ending:
    """Begin a drawing, say `down`, and wait for the ends of both."""
    command = ["docker", "wait", *stack.containers()]
    with (
        connect(f"ws://127.0.0.1:{stack.port}/ws/draw/penguin?{LONG}") as socket,
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as waiting,
    ):
        last = [json.loads(socket.recv(timeout=20)) for _ in range(3)][-1]
        begun = time.monotonic()
        stopping = threading.Thread(target=stack.compose, args=("down",))
        stopping.start()
        try:
            while True:
                last = json.loads(socket.recv(timeout=GRACE))
        except ConnectionClosed as closed:
            code = closed.rcvd.code if closed.rcvd else None
        ended, _ = waiting.communicate(timeout=2 * GRACE)
        seconds = time.monotonic() - begun  # what follows is the engine's own tidying
        stopping.join()
    return Ending(last, code, max(map(int, ended.split())), seconds)


def _assert_nobody_was_cut_off(ending: Ending) -> None:
    assert ending.last["type"] == "end"
    assert ending.last["reason"] in ("finished", "max_points")
    assert ending.close_code == 1012
    assert ending.status == 0
    assert ending.seconds < GRACE


def test_it_draws(one: Stack) -> None:
    """The app answers, its container is healthy and says so, and so is Redis."""
    assert _draws(one)
    for service in ("app", "redis"):
        [container] = one.containers(service)
        _until_healthy(one, container)


def test_it_is_shut_in(one: Stack) -> None:
    """No root, nothing that can be written but /tmp, no privileges, no compiler, limits, and nothing to warn of."""
    [app] = one.containers()
    assert one.python(app, "import os; print(os.getuid(), os.getgid())") == "10001 10001"
    writes = "import os; print([p for p in ('/', '/srv/inkstream', '/checkpoints', '/venv') if os.access(p, os.W_OK)])"
    assert one.python(app, writes) == "[]"
    assert one.inspect(app, "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}}") == "true [ALL]"
    assert "CapEff:\t0000000000000000" in one.docker("exec", app, "cat", "/proc/self/status")
    compilers = "import shutil; print([c for c in ('cc', 'gcc', 'clang', 'make') if shutil.which(c)])"
    assert one.python(app, compilers) == "[]"
    assert int(one.inspect(app, "{{.HostConfig.Memory}}")) == 2 << 30
    log = one.compose("logs", "app")
    assert "loaded checkpoint penguin" in log
    assert not [line for line in log.splitlines() if "WARNING" in line or "ERROR" in line]


def test_redis_keeps_drawings_ready(one: Stack) -> None:
    """What is asked for often lies ready in Redis, and is handed out from there."""
    until(lambda: _came_from(one) == "hit")
    [redis] = one.containers("redis")
    assert f"{SPACE}:pool:penguin:" in one.docker("exec", redis, "redis-cli", "--scan")


def test_redis_is_not_reachable_from_outside(one: Stack) -> None:
    """It has no port, and a network that leads nowhere else."""
    [redis] = one.containers("redis")
    assert one.inspect(redis, "{{.HostConfig.PortBindings}}") == "map[]"
    assert one.docker("network", "inspect", "--format", "{{.Internal}}", f"{one.project}_back").strip() == "true"


def test_checkpoints_can_be_added(one: Stack, tmp_path: Path) -> None:
    """What is copied into the volume is drawn after a restart, beside what the image brings."""
    for path in ((made := write_checkpoint(tmp_path, "my owl")), *made.iterdir()):
        path.chmod(0o700)  # as of somebody who shows nothing to others
    volume, folder = f"{one.project}_checkpoints:/to", f"{tmp_path / 'my-owl'}:/from:ro"
    copy = ("--user", "0", "-v", volume, "-v", folder, "inkstream:cpu", "sh", "-c", COPY)
    one.docker("run", "--rm", *copy)
    one.compose("restart", "app")
    one.wait()
    assert _draws(one, "my-owl")
    assert _draws(one)


def test_a_killed_app_comes_back(one: Stack) -> None:
    """After `kill -9` of its process the container starts again and draws."""
    [app] = one.containers()
    before = _restarts(one, app)
    one.kill(app)
    until(lambda: _restarts(one, app) > before)
    one.wait()
    assert _draws(one)
    assert one.containers() == [app]


def test_a_restart_of_redis_is_not_noticed(one: Stack) -> None:
    """While Redis is gone and when it is back every drawing is answered; then it is used again."""
    answers: list[bool] = []
    restarting = subprocess.Popen([*one.command, "restart", "redis"], env=one.environment, stderr=subprocess.DEVNULL)
    while restarting.poll() is None or len(answers) < 20:
        answers.append(_draws(one))
    assert restarting.returncode == 0
    assert all(answers)
    [app] = one.containers()
    until(lambda: _came_from(one) == "hit" and "inkstream_redis_up 1.0" in one.python(app, METRICS))


def test_down_cuts_nobody_off(one: Stack) -> None:
    """A drawing at human pace goes on to its end; then the socket is closed, and all has stopped in good time."""
    _assert_nobody_was_cut_off(_drawing_while_down(one))


def _assert_others_answer_while_one_stops(stack: Stack) -> None:
    """Whatever is asked for, POST too, while one that was told to stop still finishes a drawing."""
    with connect(f"ws://127.0.0.1:{stack.port}/ws/draw/penguin?{LONG}") as socket:
        socket.recv(timeout=20)
        [busy] = [app for app in stack.containers() if "inkstream_open_websockets 1.0" in stack.python(app, METRICS)]
        stack.docker("kill", "--signal", "TERM", busy)
        assert all(_draws(stack) and _completes(stack) for _ in range(12))
        assert "running" in stack.inspect(busy, "{{.State.Status}}")
    stack.docker("wait", busy)


def test_three_apps_share_the_work(tmp_path: Path) -> None:
    """Behind the proxy each gets some, one that dies or stops is made up for, and `down` cuts nobody off."""
    with stack(tmp_path, "three", "--scale", "app=3", published=False) as three:
        apps = three.containers()
        assert len(apps) == 3
        for app in apps:
            _until_healthy(three, app)
        assert all(_draws(three) for _ in range(60))
        for app in apps:
            assert 'inkstream_requests_total{method="GET",route="/draw/{category}"' in three.python(app, METRICS)
        assert httpx2.get(f"{three.url}/metrics", timeout=30).status_code == 404
        three.kill(apps[0])
        assert all(_draws(three) for _ in range(30))
        _until_healthy(three, apps[0])  # one that still starts ends with the signal's own status
        _assert_others_answer_while_one_stops(three)
        _assert_nobody_was_cut_off(_drawing_while_down(three))
