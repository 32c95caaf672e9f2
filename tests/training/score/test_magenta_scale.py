from pathlib import Path

import pytest

from tests.shared import shared
from tests.training import shapes
from tests.training.published import Published
from training.data.corpus import Corpus
from training.data.magenta import read_magenta, to_network
from training.data.selection import read_split
from training.loop.nats import score
from training.score.magenta_scale import _lowest, fit_scale


def test_the_scale_that_scores_best_is_found(tmp_path: Path) -> None:
    """No scale on either side scores better by more than the steps' width explains."""
    magenta = read_magenta(Published.random(2).write(tmp_path / "x.gen.json"))
    corpus = Corpus.of(shapes.drawings("square", 30))
    best = fit_scale(magenta, corpus)
    found = score(to_network(magenta, best), corpus).total
    assert all(found < score(to_network(magenta, best * off), corpus).total for off in (0.5, 0.9, 1.1, 2.0))


@pytest.mark.parametrize("valley", [-250, -1, 0, 17, 400])
def test_the_valley_is_found(valley: int) -> None:
    """Wherever the valley lies, its floor is found to the step."""
    assert _lowest(lambda i: abs(i - valley)) == valley


@pytest.mark.slow
@pytest.mark.parametrize(("name", "best"), [("penguin", 8.04), ("owl", 8.23)])
def test_googles_decoders_score_as_they_do_elsewhere(name: str, best: float) -> None:
    """On real drawings the imported penguin and owl are no more than 0.15 nats worse than measured without our code."""
    magenta = read_magenta(shared(f"magenta/{name}.gen.json"))
    corpus = read_split([shared(f"quickdraw/{name}.ndjson.gz")], "all" if name == "penguin" else "test")
    some = Corpus.of([corpus.drawing(i) for i in range(60)])  # enough to find the scale by
    assert score(to_network(magenta, fit_scale(magenta, some)), corpus).total < best + 0.15
