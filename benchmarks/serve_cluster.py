"""What Ray Serve costs: one replica behind it beside the service alone, for whole drawings and for 64 streams.

Two more loads are of one client: milliseconds of a request that asks for nothing, and of a message and its answer.

Service, Serve and clients have processes of their own. Alone and Serve take turns, so that whatever else the machine
does falls on both, what Ray itself does in the background too.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import Any

from websockets.asyncio.client import connect

from app.routes.socket import SLIPS
from benchmarks.asked import Asked
from benchmarks.clients import draw_rate, run, socket_rate
from benchmarks.cpu_time import cpu_seconds
from benchmarks.options import ROOT, Options
from benchmarks.served import STOP_SECONDS, samples_of, served

STREAMS = 64
ASKING = 16  # clients that ask for whole drawings
SECONDS = 3.0  # of a measurement
ROUNDS = 5  # at most
TIMES = 100  # of a request alone
MODES: dict[str, dict[str, str]] = {  # of Serve, and what the environment says for them
    "default": {},
    "one_loop": {"RAY_SERVE_RUN_USER_CODE_IN_SEPARATE_THREAD": "0", "RAY_SERVE_RUN_ROUTER_IN_SEPARATE_LOOP": "0"},
    "throughput": {"RAY_SERVE_THROUGHPUT_OPTIMIZED": "1", "RAY_SERVE_ENABLE_DIRECT_INGRESS": "0"},
    "haproxy": {"RAY_SERVE_THROUGHPUT_OPTIMIZED": "1", "RAY_SERVE_ENABLE_HA_PROXY": "1"},
}
MADE = {"drawings": "inkstream_drawings_total", "points": "inkstream_points_total"}  # load -> what counts it
Measure = Callable[[str], float]  # of a host


@dataclass(frozen=True, slots=True)
class Side:
    """A service: where it is asked, and the process that it and all of its kind are below."""

    host: str
    process: int

    def spent(self) -> tuple[dict[str, float], dict[str, float]]:
        """CPU seconds of its processes, and what it has drawn."""
        samples = samples_of(self.host)
        made = {
            load: sum(value for sample, value in samples.items() if sample.startswith(name))
            for load, name in MADE.items()
        }
        return cpu_seconds(self.process), made

    def cost(self, load: str, since: tuple[dict[str, float], dict[str, float]]) -> dict[str, float]:
        """Milliseconds of CPU for each drawing, or point, by kind of process; nothing for other loads."""
        if load not in MADE:
            return {}
        (cpu, made), (cpu_before, made_before) = self.spent(), since
        count = made[load] - made_before[load]
        return {kind: round(1000 * (spent - cpu_before.get(kind, 0)) / count, 4) for kind, spent in cpu.items()}


def serve_cluster(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document; none without a checkpoint, or without Ray."""
    if options.checkpoint is None or find_spec("ray") is None:
        print("No checkpoint to serve, or no Ray (pip install 'inkstream[cluster]'): left out.\n")
        return {}
    folder = options.checkpoint.resolve()
    one = Asked.of(folder).first(1)
    path = f"/draw/{one.slugs[0]}?system={one.system}&format=json"
    settings: dict[str, Any] = {"threads": options.threads, "device": options.device.type}
    figures: dict[str, object] = {}
    with (
        served(folder.parent, **settings) as alone,
        ProcessPoolExecutor(1, get_context("spawn")) as clients,
    ):
        loads: dict[str, Measure] = {
            "drawings": lambda host: clients.submit(run, draw_rate, host, path, ASKING, SECONDS).result(),
            "points": lambda host: clients.submit(run, socket_rate, host, one, STREAMS, SECONDS).result(),
            "request_ms": lambda host: clients.submit(run, request_ms, host).result(),
            "message_ms": lambda host: clients.submit(run, message_ms, host, one).result(),
        }
        print(f"{'mode':>10} {'':>10} {'alone':>9} {'Serve':>9} {'ratio':>6}   a second, or ms; and ms of CPU for each")
        for mode, environment in MODES.items():
            with behind_serve(folder.parent, environment, **settings) as behind:
                sides = Side(alone.host, alone.process.pid), behind
                figures[mode] = {
                    name: _compare(mode, name, measure, sides, min(ROUNDS, options.repeats))
                    for name, measure in loads.items()
                }
    print()
    return {"serve_cluster": figures}


def _compare(mode: str, name: str, measure: Measure, sides: tuple[Side, Side], rounds: int) -> dict[str, object]:
    """Rates in turns, and what each drawing or point costs the CPU: that holds while the machine does other things."""
    before = [side.spent() for side in sides]
    alone, behind = zip(*([measure(side.host) for side in sides] for _ in range(rounds)), strict=True)
    costs = [side.cost(name, since) for side, since in zip(sides, before, strict=True)]
    ratio = median(here / there for there, here in zip(alone, behind, strict=True))
    cost = "" if not costs[0] else f"{sum(costs[0].values()):.3f}, {costs[1]}"
    print(f"{mode:>10} {name:>10} {median(alone):>9,.1f} {median(behind):>9,.1f} {ratio:>6.2f}   {cost}", flush=True)
    figures: dict[str, object] = {"alone": round(median(alone), 2), "serve": round(median(behind), 2)}
    return figures | {"ratio": round(ratio, 3), "cpu_ms": costs}


async def request_ms(host: str) -> float:
    """Milliseconds of a request that asks for nothing, on one connection; the median."""
    reader, writer = await asyncio.open_connection(*host.split(":"))
    waits = []
    for _ in range(TIMES):
        since = time.perf_counter()
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0]))
        waits.append((time.perf_counter() - since) * 1000)
    writer.close()
    return median(waits)


async def message_ms(host: str, asked: Asked) -> float:
    """Milliseconds from a message that makes no sense to the answer that says so, on one WebSocket; the median."""
    waits = []
    async with connect(f"ws://{host}/ws/draw/{asked.slugs[0]}?wait=1", compression=None, open_timeout=None) as socket:
        for _ in range(SLIPS):
            since = time.perf_counter()
            await socket.send("{}")
            await socket.recv()
            waits.append((time.perf_counter() - since) * 1000)
    return median(waits)


@contextmanager
def behind_serve(checkpoints: Path, environment: dict[str, str], **settings: object) -> Iterator[Side]:
    """A service behind Serve, in this mode. Raises OSError when it does not start."""
    said = json.dumps({"checkpoints": str(checkpoints), "log_level": "error", **settings})
    own = {
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
        "RAY_AUTH_MODE": "disabled",
        "RAY_USAGE_STATS_ENABLED": "0",
        "RAY_worker_niceness": "0",  # 15 is Ray's default, and the service alone has none
    }
    process = subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.ray_server", said],
        cwd=ROOT,
        env=os.environ | own | environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise OSError("Ray Serve does not start")
        yield Side(f"127.0.0.1:{port}", process.pid)
    finally:
        process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:  # all of Ray ends with it
            process.kill()
            process.wait()
        process.stdout.close()
