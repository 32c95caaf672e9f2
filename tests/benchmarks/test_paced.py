"""People who watch at a pace are served at it."""

from pathlib import Path

import pytest
import torch

from benchmarks import paced
from benchmarks.options import Options
from tests.app.tiny import write_checkpoint
from tests.benchmarks.conftest import InProcess


@pytest.mark.slow
def test_all_figures_are_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], in_process: InProcess
) -> None:
    """Points a second, and what each costs; none of them is nothing, and nobody gets more than was asked for."""
    in_process(paced)
    monkeypatch.setattr(paced, "take_core", lambda _: None)  # the test keeps all its cores
    monkeypatch.setattr(paced, "SECONDS", 1.0)
    monkeypatch.setattr(paced, "VIEWERS", 3)
    folder = write_checkpoint(tmp_path, "penguin", max_points=200)
    figures = paced.paced(Options(folder, torch.device("cpu"), threads=1, repeats=1))
    rate, cost = figures["paced_points_per_second"], figures["paced_microseconds_per_point"]
    assert isinstance(rate, float)
    assert isinstance(cost, float)
    assert 0 < rate < 3 * paced.PACE * 1.5
    assert cost > 0
    assert "3 viewers at 30" in capsys.readouterr().out


def test_without_a_checkpoint_there_is_nothing_to_watch() -> None:
    """Random weights are for other benchmarks."""
    assert paced.paced(Options(None, torch.device("cpu"), threads=1, repeats=1)) == {}
