"""A Ray cluster on this machine, with Ray Serve's files as people write them."""

import os
import random
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.cluster.serving import MEMORY, ROOT, Ports, Serving

BELOW = range(20_000, 32_000)  # ports that no system hands out, as Ray's own processes have theirs handed out


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on."""
    found: list[int] = []
    for port in random.sample(BELOW, len(BELOW)):
        with suppress(OSError), socket.create_server(("127.0.0.1", port)):
            found.append(port)
        if len(found) == count:
            break
    return found


ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),  # as if installed
    "OMP_NUM_THREADS": "1",
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_AUTH_MODE": "disabled",  # or Ray writes a token into the home folder
    "RAY_worker_niceness": "0",  # or replicas give way to whatever else the machine does
    "RAY_SERVE_PROXY_PREFER_LOCAL_NODE_ROUTING": "0",
    "RAY_SERVE_HTTP_PROXY_CALLBACK_IMPORT_PATH": "inkstream.cluster.proxy:middlewares",
}
TRIES = 3  # to start a node, for which Ray itself allows half a minute


def pytest_addoption(parser: pytest.Parser) -> None:
    """How long versions are to take turns, for once more than a test may take."""
    parser.addoption(
        "--rolling-minutes", type=float, default=0, help="of rolling updates under load (default: one update)"
    )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Beside other tests a cluster would keep them waiting, and they it."""
    if "PYTEST_XDIST_WORKER" in os.environ:
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(reason="a cluster wants the machine: ./scripts/test --cluster"))


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two nodes with one core each, a replica on either, and a proxy on the first, which prefers neither."""
    pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        cluster, ports = started_cluster()
        try:
            served = Serving(cluster, ports, tmp_path_factory.mktemp("serving"))
            served.deploy(grace=30)
            yield served
        finally:
            cluster.shutdown()


def started_cluster() -> tuple[Any, Ports]:
    """A cluster of two nodes with one core each."""
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    for left in reversed(range(TRIES)):
        ports = Ports(*free_ports(4))
        cluster = cluster_utils.Cluster()
        try:
            head = {"include_dashboard": True, "dashboard_port": ports.dashboard, "metrics_export_port": ports.first}
            for node in (head, {"metrics_export_port": ports.second}):
                cluster.add_node(num_cpus=1, object_store_memory=MEMORY, **node)
        except Exception:  # Ray's own kinds of it differ by what was late
            cluster.shutdown()
            if not left:
                raise
        else:
            return cluster, ports
    raise AssertionError
