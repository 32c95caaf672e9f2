"""Points per second of each system."""

from dataclasses import replace

import pytest
import torch

from benchmarks import systems as module
from benchmarks.options import Options
from benchmarks.systems import systems
from model.systems import SYSTEMS


def test_every_system_has_its_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    """One run measures all of them: a step of training, one drawing, and 64 side by side."""
    small = {name: replace(config, hidden=16) for name, config in SYSTEMS.items()}
    for name, value in {"SYSTEMS": small, "POINTS": 1, "BATCH": 2, "LENGTH": 5}.items():
        monkeypatch.setattr(module, name, value)
    figures = systems(Options(None, torch.device("cpu"), threads=1, repeats=1))
    rates = figures["systems_points_per_second"]
    assert isinstance(rates, dict)
    assert list(rates) == list(SYSTEMS)
    for rate in rates.values():
        assert list(rate) == ["train", "1", "64"]
        assert min(rate.values()) > 0
