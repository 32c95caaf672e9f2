"""Points per second of decoding."""

import torch

from benchmarks.decoding import decoding
from benchmarks.options import Options

SMALL = Options(None, torch.device("cpu"), threads=1, repeats=2, sizes=(1, 3), hidden=32)


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
    assert (figures["dtype"], figures["hidden"], figures["mixtures"], figures["weights"]) == (
        "int8",
        32,
        20,
        "random",
    )
