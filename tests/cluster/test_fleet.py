"""`python -m training fleet` on a Ray cluster of two nodes, one of which is lost."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from model.checkpoint import load_checkpoint
from tests.cluster.nodes import PATIENCE, ROOT, add_node, two_nodes
from tests.training import networks, shapes
from training.__main__ import main

pytest.importorskip("ray.cluster_utils", reason="Ray is not installed: ./scripts/test --cluster")

NAMES = [f"shape {number}" for number in range(12)]
DIALS = [
    *("--system", "gmm128_1", "--hidden", "8", "--epochs", "150", "--patience", "0", "--batch", "16"),
    *("--validations", "30", "--float32", "--quiet"),
]

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="a cluster needs a POSIX system")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    for seed, name in enumerate(NAMES):
        shapes.write(folder / f"{name}.ndjson", ("square", "zigzag")[seed % 2], 40, seed=seed)
    return folder


@pytest.fixture
def cluster() -> Iterator[Any]:
    """Two nodes of one core each on this machine."""
    with two_nodes(dashboard=False) as (made, _):
        yield made


def started(cluster: Any, data: Path, out: Path) -> "subprocess.Popen[str]":
    """The command, in a process of its own, on the cluster."""
    argv = [sys.executable, "-m", "training", "fleet", "--categories", "all", "--data", str(data), "--out", str(out)]
    environment = os.environ | {"RAY_ADDRESS": cluster.address}
    return subprocess.Popen(
        [*argv, *DIALS], cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def done(out: Path) -> list[Path]:
    return sorted(path.parent for path in out.glob("*/card.json"))


def wait_for(process: "subprocess.Popen[str]", out: Path, count: int) -> None:
    """Until so many checkpoints are there."""
    until = time.monotonic() + PATIENCE
    while len(done(out)) < count:
        assert process.poll() is None, process.communicate()[0]
        assert time.monotonic() < until, f"{len(done(out))} of {count} checkpoints"
        time.sleep(0.05)


def finished(process: "subprocess.Popen[str]") -> str:
    """What it printed, once it has ended well."""
    try:
        printed, _ = process.communicate(timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        pytest.fail(process.communicate()[0])
    assert process.returncode == 0, printed
    return printed


def test_a_fleet_survives_its_own_end_and_that_of_nodes(cluster: Any, data: Path, tmp_path: Path) -> None:
    """Killed half-way with a node it goes on, loses another, and each network is as if trained alone."""
    out = tmp_path / "out"
    first = started(cluster, data, out)
    wait_for(first, out, 4)
    lost = next(node for node in cluster.list_all_nodes() if not node.head)
    first.send_signal(signal.SIGKILL)
    cluster.remove_node(lost, allow_graceful=False)
    first.communicate()
    before = {path: (path / "model.pt").stat().st_mtime_ns for path in done(out)}
    assert 4 <= len(before) < len(NAMES)

    other = add_node(cluster)
    second = started(cluster, data, out)
    wait_for(second, out, len(before) + 2)
    cluster.remove_node(other, allow_graceful=False)
    printed = finished(second)

    assert printed.count("| there before |") >= len(before)
    assert printed.count("| trained ") == len(NAMES) - printed.count("| there before |")
    assert {path: (path / "model.pt").stat().st_mtime_ns for path in before} == before
    assert len(done(out)) == len(NAMES)
    for name in NAMES:
        argv = ["train", name, "--data", str(data / f"{name}.ndjson"), "--out", str(tmp_path / "alone"), *DIALS]
        assert main([*argv, "--threads", "1", "--state", str(tmp_path / "states" / name)]) == 0
        folder = f"{name.replace(' ', '-')}@gmm8_1"
        load_checkpoint(out / folder)
        networks.assert_alike(out / folder, tmp_path / "alone" / folder)
