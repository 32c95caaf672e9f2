"""A Ray cluster on this machine, with Ray Serve's files as people write them."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.nodes import two_nodes
from tests.cluster.serving import GRACE, HAPROXY, PROXY, Serving


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


BEHIND_HAPROXY = {
    "RAY_SERVE_ENABLE_HA_PROXY": "1",
    "RAY_SERVE_THROUGHPUT_OPTIMIZED": "1",
    "RAY_SERVE_DIRECT_INGRESS_MIN_DRAINING_PERIOD_S": "5",  # not 30, so that a new version is there sooner
}


def naming(folder: Path) -> Path:
    """`inkstream-haproxy`, as if installed."""
    command = folder / "inkstream-haproxy"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m inkstream.cluster.haproxy "$@"\n')
    command.chmod(0o755)
    return command


@pytest.fixture(scope="module", params=[PROXY, HAPROXY])
def serving(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Two nodes with one core each, a replica on either, and a proxy on the first, which prefers neither."""
    pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")
    environment = {}
    if request.param == HAPROXY:
        environment = BEHIND_HAPROXY | {"RAY_SERVE_HAPROXY_BINARY_PATH": str(naming(tmp_path_factory.mktemp("bin")))}
    with two_nodes(dashboard=True, **environment) as (cluster, ports):
        served = Serving(cluster, ports, tmp_path_factory.mktemp("serving"), request.param)
        served.deploy(grace=GRACE)
        yield served
