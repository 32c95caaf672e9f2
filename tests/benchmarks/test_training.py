"""Points per second of training."""

from pathlib import Path

import pytest
import torch

from benchmarks import training as module
from benchmarks.options import Options
from benchmarks.training import training
from tests.benchmarks.conftest import InProcess
from tests.training import shapes

FIGURES = ["ours", "article", "ratio", "products", "share"]


def test_each_size_has_its_figures(tmp_path: Path, in_process: InProcess) -> None:
    """Ours, the article's and the products' points per second with their ratios, at H and a quarter of it."""
    in_process(module)
    drawings = shapes.write(tmp_path / "square.ndjson", "square", 60)
    options = Options(None, torch.device("cpu"), threads=1, repeats=2, hidden=32, drawings=drawings)
    figures = training(options)
    about = figures["training_drawings"]
    assert isinstance(about, dict)
    assert (about["source"], about["longest"]) == ("square.ndjson", 7)
    for key in ("training_points_per_second", "training_points_per_second_h8"):
        found = figures[key]
        assert isinstance(found, dict)
        assert list(found) == FIGURES
        assert all(value > 0 for value in found.values())


def test_drawings_are_generated_where_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a file, the drawings have lengths like those of a category, and the document says that they are made."""
    monkeypatch.setattr(module, "measure", lambda *_: dict.fromkeys(FIGURES, 1.0))  # the test above measures
    about = training(Options(None, torch.device("cpu"), threads=1, repeats=1, hidden=16))["training_drawings"]
    assert isinstance(about, dict)
    assert about["source"] == "generated"
    assert 40 < about["mean_rows"] < 70
    assert about["longest"] <= 200
