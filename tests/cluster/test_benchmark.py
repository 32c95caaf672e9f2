"""What Serve costs can be measured where Ray is."""

from pathlib import Path

import pytest
import torch

from benchmarks import serve_cluster
from benchmarks.options import Options
from tests.app.tiny import write_checkpoint
from tests.cluster.nodes import ray_environment

pytest.importorskip("ray.serve", reason="Ray Serve is not installed: ./scripts/test --cluster")


@pytest.mark.slow
def test_both_loads_have_figures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """For each mode, how much of the service alone is left; a table beside it."""
    monkeypatch.setattr(serve_cluster, "SECONDS", 0.5)
    monkeypatch.setattr(serve_cluster, "STREAMS", 3)
    monkeypatch.setattr(serve_cluster, "MODES", {"default": {}})
    folder = write_checkpoint(tmp_path, "penguin")
    with ray_environment():
        figures = serve_cluster.serve_cluster(Options(folder, torch.device("cpu"), threads=1, repeats=1))
    modes = figures["serve_cluster"]
    assert isinstance(modes, dict)
    assert set(modes["default"]) == {"drawings", "points", "request_ms", "message_ms"}
    assert all(each["alone"] > 0 and each["serve"] > 0 and each["ratio"] > 0 for each in modes["default"].values())
    assert "ratio" in capsys.readouterr().out


def test_without_a_checkpoint_there_is_nothing_to_serve() -> None:
    """Random weights are for other benchmarks."""
    assert serve_cluster.serve_cluster(Options(None, torch.device("cpu"), threads=1, repeats=1)) == {}
