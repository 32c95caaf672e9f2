"""What reaches clients is measured over real sockets."""

from pathlib import Path

import pytest
import torch

from benchmarks import clients, streaming
from benchmarks.options import Options
from tests.app.tiny import write_checkpoint
from tests.benchmarks.conftest import InProcess


@pytest.mark.slow
def test_all_figures_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_process: InProcess
) -> None:
    """By number of clients, idle and loaded, JSON and SVG; none of them is nothing."""
    in_process(streaming)
    monkeypatch.setattr(streaming, "SECONDS", 0.2)
    monkeypatch.setattr(streaming, "CLIENTS", (1, 3))
    monkeypatch.setattr(clients, "FIRST_POINTS", 5)
    folder = write_checkpoint(tmp_path, "penguin")
    figures = streaming.streaming(Options(folder, torch.device("cpu"), threads=1, repeats=1))
    for key in ("websocket_points_per_second", "engine_points_per_second"):
        rates = figures[key]
        assert isinstance(rates, dict)
        assert set(rates) == {"1", "3"}
        assert all(rate > 0 for rate in rates.values())
    waits, draws = figures["time_to_first_point_ms"], figures["draws_per_second"]
    assert isinstance(waits, dict)
    assert isinstance(draws, dict)
    assert all(0 < waits[state]["p50"] <= waits[state]["p99"] for state in ("idle", "loaded"))
    assert draws["json"] > 0
    assert draws["svg"] > 0
    assert "ratio" in capsys.readouterr().out


def test_without_a_checkpoint_there_is_nothing_to_serve() -> None:
    """Random weights are for other benchmarks."""
    assert streaming.streaming(Options(None, torch.device("cpu"), threads=1, repeats=1)) == {}
