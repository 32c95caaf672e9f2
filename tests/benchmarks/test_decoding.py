"""Points per second of decoding."""

from dataclasses import replace

import pytest
import torch

from benchmarks import decoding as module
from benchmarks.decoding import decoding
from benchmarks.options import Options

SMALL = Options(None, torch.device("cpu"), threads=1, repeats=1, sizes=(1, 3), hidden=32)


@pytest.fixture(autouse=True)
def _few_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """A chunk of steps is as good as many, where nobody looks at how fast they are."""
    monkeypatch.setattr(module, "POINTS", 1)


def test_every_size_has_its_figures() -> None:
    """Each size has points per second of `advance`, of the products alone, and the article's loop has its own."""
    figures = decoding(SMALL)
    for key in ("points_per_second", "matmul_points_per_second", "float32_matmul_points_per_second"):
        rates = figures[key]
        assert isinstance(rates, dict)
        assert list(rates) == ["1", "3"]
        assert all(rate > 0 for rate in rates.values())
    article = figures["article_loop_points_per_second"]
    assert isinstance(article, float)
    assert article > 0
    about = [figures[key] for key in ("dtype", "hidden", "mixtures", "subjects", "weights")]
    assert about == ["int8", 32, 20, 1, "random"]
    assert "mixed_points_per_second" not in figures


def test_a_batch_of_many_subjects_stands_beside_one_of_one() -> None:
    """Random weights of several subjects have figures of drawings that are one of each."""
    figures = decoding(replace(SMALL, subjects=5))
    mixed = figures["mixed_points_per_second"]
    assert isinstance(mixed, dict)
    assert list(mixed) == ["1", "3"]
    assert figures["subjects"] == 5
