"""What counts as an explosion, and how the drawings of a batch are named."""

import numpy as np
import torch

from tests.training import shapes
from training.data.corpus import Corpus
from training.loop.watch import FEWEST, JUMP, PATIENCE, WINDOW, Watch, suspects

CORPUS = Corpus.of(shapes.drawings("square", 8), [0] * 7 + [1])


def test_a_loss_that_stays_high_has_exploded() -> None:
    """After so many jumps in a row, and not before; a calm step between them begins the count anew."""
    watch = Watch([])
    assert not any(watch.see(8 + k % 3) for k in range(FEWEST))
    jumps = [watch.see(9 + JUMP + 1) for _ in range(PATIENCE - 1)]
    assert not any([*jumps, watch.see(9), *(watch.see(1e9) for _ in range(PATIENCE - 1))])
    assert watch.see(1e9)


def test_the_first_steps_of_a_run_may_jump() -> None:
    """Before there is something to hold a loss against, nothing is an explosion."""
    watch = Watch([])
    assert not any(watch.see(1000.0 * k) for k in range(FEWEST))


def test_jumps_do_not_become_what_is_normal() -> None:
    """Only calm losses are remembered, and no more than the window's."""
    watch = Watch([])
    for k in range(3 * WINDOW):
        watch.see(100.0 if k > FEWEST and k % 4 == 0 else 8.0)
    assert watch.calm == [8.0] * WINDOW


def test_a_slowly_rising_loss_is_no_explosion() -> None:
    """The median moves with the run."""
    watch = Watch([])
    assert not any(watch.see(8 + 0.05 * k) for k in range(20 * WINDOW))


def test_drawings_without_a_likelihood_are_named() -> None:
    """Those, and only those, by their number in the corpus, with their category; of many the first are named."""
    log_prob = torch.tensor([-50.0, float("nan"), -900.0, float("-inf")])
    told = suspects(CORPUS, np.array([2, 5, 1, 7]), log_prob, ("square", "other"))
    assert told.startswith(
        "of its 4 drawings without a finite likelihood: number 5 of the training split (square, 7 rows"
    )
    assert "number 7 of the training split (other, " in told
    assert "number 1 " not in told
    assert "and 3 more" in suspects(CORPUS, np.arange(8), torch.full((8,), float("nan")), ())


def test_else_the_least_likely_is_named() -> None:
    """Where all have a likelihood, the drawing that is least likely for its length."""
    told = suspects(CORPUS, np.array([2, 5, 1]), torch.tensor([-50.0, -60.0, -40.0]), ())
    assert told.startswith("of its 3 drawings the least likely: number 5 of the training split (7 rows, moves up to")
