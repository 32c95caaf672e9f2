"""What the engine's Python costs."""

from dataclasses import replace

import pytest

from benchmarks import engine_overhead
from tests.benchmarks.test_decoding import SMALL


def test_it_measures_every_number_of_drawings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Points a second for each, with a device that takes no time."""
    monkeypatch.setattr(engine_overhead, "DRAWINGS", (1, 3))
    monkeypatch.setattr(engine_overhead, "SECONDS", 0.05)
    figures = engine_overhead.engine_overhead(replace(SMALL, threads=1))["engine_overhead_points_per_second"]
    assert isinstance(figures, dict)
    assert list(figures) == ["1", "3"]
    assert all(rate > 0 for rate in figures.values())
