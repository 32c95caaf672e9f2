"""Ray clusters of two nodes on this machine, each with a folder, ports and an environment of its own."""

import os
import random
import resource
import signal
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from shutil import rmtree
from typing import Any, NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
MEMORY = 100 * 2**20  # bytes of each node's object store, in which nothing of ours lies
TRIES = 5  # to start nodes, for each of which Ray itself allows half a minute
PATIENCE = 600.0  # seconds for what takes some, on a busy machine
BELOW = range(20_000, 30_000)  # ports that no system hands out, as Ray's own processes have theirs handed out
MANY_FILES = 65_536
SLOW = "300"  # seconds in which a process of Ray's has to answer; a slow machine is no lost node

ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),  # as if installed
    "OMP_NUM_THREADS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # or Ray writes a token into the home folder
    "RAY_worker_niceness": "0",  # or replicas give way to whatever else the machine does
    "RAY_memory_monitor_refresh_ms": "0",  # or Ray ends workers where others fill the memory
    "RAY_worker_register_timeout_seconds": SLOW,
    "RAY_health_check_timeout_ms": f"{SLOW}000",
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": SLOW,
    "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": SLOW,
    "RAY_SERVE_PROXY_PREFER_LOCAL_NODE_ROUTING": "0",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "inkstream.cluster.proxy:middlewares",
}


class Ports(NamedTuple):
    """Where Serve's proxy, Ray's dashboard and the metrics of both nodes are."""

    serve: int
    dashboard: int
    first: int
    second: int


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    found: list[int] = []
    for port in random.sample(BELOW, len(BELOW)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            break
    return found


@contextmanager
def ray_environment(**more: str) -> Iterator[None]:
    """What Ray is told on this machine, and a folder for it; in the end nothing runs or lies there any more."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    # Short, for Ray makes sockets far below it, whose paths may have 107 bytes.
    folder = Path(tempfile.mkdtemp(prefix="ray", dir="/tmp" if os.access("/tmp", os.W_OK) else None))  # noqa: S108
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("RAY_ADDRESS", raising=False)  # of another cluster
        for name, value in {**ENVIRONMENT, **haproxy_in(folder), **more, "RAY_TMPDIR": str(folder)}.items():
            patch.setenv(name, value)
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, MANY_FILES) if hard > 0 else MANY_FILES), hard))
        try:
            yield
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
            end_leftovers(folder)
            rmtree(folder, ignore_errors=True)


def haproxy_in(folder: Path) -> dict[str, str]:
    """What Ray would have HAProxy open at places that are the machine's; names are short, as sockets' have to be."""
    metrics, stats = free_ports(2)
    return {
        "RAY_SERVE_HAPROXY_MAXCONN": "256",  # for the usual 4096 it refuses to start where 1024 files may be open
        "RAY_SERVE_HAPROXY_METRICS_PORT": str(metrics),
        "RAY_SERVE_HAPROXY_STATS_PORT": str(stats),
        "RAY_SERVE_HAPROXY_CONFIG_FILE_LOC": f"{folder}/h/haproxy.cfg",
        "RAY_SERVE_HAPROXY_SOCKET_PATH": f"{folder}/h/admin.sock",
        "RAY_SERVE_HAPROXY_METRICS_SOCKET_PATH": f"{folder}/h/metrics.sock",
        "RAY_SERVE_HAPROXY_SERVER_STATE_BASE": f"{folder}/h",
        "RAY_SERVE_HAPROXY_SERVER_STATE_FILE": f"{folder}/h/server-state",
    }


def end_leftovers(folder: Path) -> None:
    """End what still runs with this folder as Ray's: workers and proxies that outlived their node."""
    mark = f"RAY_TMPDIR={folder}\0".encode()
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is another's
            if process.name != str(os.getpid()) and mark in (process / "environ").read_bytes():
                os.kill(int(process.name), signal.SIGKILL)


@contextmanager
def two_nodes(*, dashboard: bool, **environment: str) -> Iterator[tuple[Any, Ports]]:
    """A cluster of two nodes with one core each, and where it listens; all of it is gone in the end."""
    cluster_utils = pytest.importorskip("ray.cluster_utils", reason="Ray is not installed: ./scripts/test --cluster")
    for left in reversed(range(TRIES)):
        ports = Ports(*free_ports(4))
        head = {"include_dashboard": dashboard, "dashboard_port": ports.dashboard}
        with ray_environment(**environment):
            cluster = cluster_utils.Cluster()
            try:
                add_node(cluster, metrics_export_port=ports.first, **head)
                add_node(cluster, metrics_export_port=ports.second)
            except Exception:  # Ray's own kinds of it differ by what was late
                cluster.shutdown()
                if not left:
                    raise
                continue
            try:
                yield cluster, ports
            finally:
                cluster.shutdown()
            return


def add_node(cluster: Any, **options: Any) -> Any:
    """Add a node with one core."""
    return cluster.add_node(num_cpus=1, object_store_memory=MEMORY, **options)
