"""The service on a cluster of this machine: deployed by file, asked over HTTP and WebSockets, watched by its status."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2
import yaml
from tenacity import retry, retry_if_exception_type, stop_after_attempt, stop_after_delay, wait_fixed
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from tests.app.tiny import write_checkpoint
from tests.cluster.nodes import PATIENCE, ROOT, TRIES, Ports

PROXY, HAPROXY = "Serve's proxy", "HAProxy"
GRACE = 90  # seconds: no drawing of a test takes longer, on a slow machine neither
POINTS = 200  # of each drawing


@retry(
    retry=retry_if_exception_type(httpx2.HTTPError),
    stop=stop_after_delay(PATIENCE),
    wait=wait_fixed(1),
    reraise=True,
)
def answer_of(url: str) -> httpx2.Response:
    """What Ray answers, once it does."""
    return httpx2.get(url, timeout=60).raise_for_status()


@dataclass
class Serving:
    """A service on a cluster, and where its parts listen."""

    cluster: Any
    ports: Ports
    folder: Path
    behind: str = PROXY
    checkpoint: Path = field(init=False)
    took: float = 0.0  # seconds of the last deployment

    def __post_init__(self) -> None:
        self.checkpoint = write_checkpoint(self.folder / "checkpoints", "cat", max_points=POINTS)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.ports.serve}"

    def deploy(self, **settings: object) -> None:
        """`serve deploy` the project's file with these settings, and wait until both replicas run it."""
        path = self.folder / "serve.yaml"
        path.write_text(yaml.safe_dump(self._config(settings)))
        before = self.replicas()
        self._hand_over(path)
        self.took = self.wait(
            lambda: len(self.replicas()) == 2 and not self.replicas() & before and self.state() == "RUNNING"
        )
        answer_of(f"{self.url}/readyz")  # the proxy knows of them too

    @retry(stop=stop_after_attempt(TRIES), wait=wait_fixed(5), reraise=True)
    def _hand_over(self, path: Path) -> None:
        """Ray's dashboard, which takes it, may be busy."""
        argv = [sys.executable, "-m", "ray.serve.scripts", "deploy", str(path)]
        subprocess.run(
            [*argv, "--address", f"http://127.0.0.1:{self.ports.dashboard}"],
            check=True,
            stdin=subprocess.DEVNULL,
            timeout=PATIENCE,
        )

    def _config(self, settings: dict[str, object]) -> dict[str, Any]:
        """deploy/ray/serve.yaml, cut to the size of two cores, with patience for slow ones."""
        config: dict[str, Any] = yaml.safe_load((ROOT / "deploy/ray/serve.yaml").read_text())
        config["proxy_location"] = "HeadOnly"  # two on one machine would want the same port
        config["http_options"] |= {"host": "127.0.0.1", "port": self.ports.serve}
        [application] = config["applications"]
        own = {"checkpoints": str(self.checkpoint.parent), "pool_size": 0, "client_share": 1.0, "deadline": 300}
        application["args"] |= own | settings
        [deployment] = application["deployments"]
        deployment["ray_actor_options"]["num_cpus"] = 1
        deployment["health_check_timeout_s"] = 300
        deployment["autoscaling_config"] |= {"min_replicas": 2, "initial_replicas": 2, "max_replicas": 2}
        return config

    def application(self) -> dict[str, Any]:
        """What Serve says of the application; empty before it is there."""
        answer = answer_of(f"http://127.0.0.1:{self.ports.dashboard}/api/serve/applications/")
        found: dict[str, Any] = answer.json().get("applications", {}).get("inkstream", {})
        return found

    def state(self) -> str:
        """Of the application: RUNNING, DEPLOYING, UNHEALTHY..."""
        return str(self.application().get("status", ""))

    def replicas(self) -> set[str]:
        """The replicas that run."""
        deployment = self.application().get("deployments", {}).get("Inkstream", {})
        return {each["replica_id"] for each in deployment.get("replicas", ()) if each["state"] == "RUNNING"}

    def wait(self, condition: Callable[[], bool]) -> float:
        """Until it holds; the seconds that it took."""
        begun = time.monotonic()
        while not condition():
            assert time.monotonic() - begun < PATIENCE, self.application()
            time.sleep(0.5)
        return time.monotonic() - begun

    def drawings_of_replicas(self) -> dict[str, float]:
        """How many drawings each replica has ended, by Ray's own Prometheus endpoints of both nodes."""
        found: dict[str, float] = {}
        for port in self.ports[2:]:
            for line in answer_of(f"http://127.0.0.1:{port}/metrics").text.splitlines():
                if line.startswith("ray_inkstream_drawings_total{"):
                    [replica] = re.findall(r'replica="(\w+)"', line)
                    found[replica] = found.get(replica, 0) + float(line.rsplit(" ", 1)[1])
        return found

    def socket(self, query: str) -> connect:
        """A WebSocket that draws."""
        return connect(f"ws://127.0.0.1:{self.ports.serve}/ws/draw/cat?{query}", open_timeout=PATIENCE)


@dataclass
class Received:
    """What a WebSocket brought: rows of a drawing, whether it ended, or the code with which the socket was closed."""

    rows: list[list[float]] = field(default_factory=list)
    ended: bool = False
    code: int | None = None

    async def read(self, socket: ClientConnection, begun: Callable[[], Awaitable[object]] | None = None) -> None:
        """Until the drawing ends, or the socket does. `begun` is waited for once there are points."""
        try:
            async for text in socket:
                message = json.loads(text)
                self.rows += message.get("stroke5", ())
                if begun is not None and self.rows:
                    await begun()
                    begun = None
                if message["type"] == "end":
                    assert message["reason"] == "max_points", message
                    self.ended = True
                    return
            self.code = socket.close_code
        except ConnectionClosed:
            self.code = socket.close_code
