"""How near drawings are to those that were learnt from."""

import numpy as np
import pytest

from model.picture.overlap import blurred
from tests.training import round_and_square, shapes
from training.score import novelty as module
from training.score.novelty import nearest, novelty

TRAINING, OTHERS = shapes.drawings("square", 40), shapes.drawings("square", 40, seed=1)


def test_copies_are_found_out() -> None:
    """A network that gives its training drawings again has nearness 1, whatever their size and place."""
    copies = [drawing * np.array([2, 2, 1, 1, 1], np.float32) for drawing in TRAINING[:10]]
    found = novelty(copies, OTHERS, TRAINING)
    assert found is not None
    assert found.drawn.low == pytest.approx(1, abs=1e-3)
    assert found.held_out is not None
    assert found.held_out.median < 0.99


def test_drawings_of_the_same_hand_are_as_near_as_training_drawings_to_each_other() -> None:
    """What else is drawn is farther; the quantiles stand in order."""
    found = novelty(OTHERS, [], TRAINING)
    assert found is not None
    assert found.held_out is None
    assert found.drawn.median == pytest.approx(found.training.median, abs=0.05)
    assert found.drawn.low < found.drawn.median < found.drawn.high < found.drawn.highest
    strange = novelty(round_and_square.drawings("round", 40), [], TRAINING)
    assert strange is not None
    assert strange.drawn.highest < found.drawn.low


def test_a_drawing_is_not_its_own_neighbour_but_its_twin_is() -> None:
    """Training drawings are held against the others alone; two of the same are as near as can be."""
    alone = novelty(OTHERS, [], TRAINING[:2])
    twins = novelty(OTHERS, [], [TRAINING[0], TRAINING[0]])
    assert alone is not None
    assert twins is not None
    assert alone.training.highest < 0.99
    assert twins.training.low == pytest.approx(1, abs=1e-5)


def test_many_are_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each kind so many, evenly spread, against all training drawings."""
    monkeypatch.setattr(module, "MOST", 3)
    found = novelty(OTHERS, [], TRAINING)
    assert found is not None
    some = nearest(blurred([OTHERS[0], OTHERS[19], OTHERS[39]]), blurred(TRAINING))
    assert found.drawn.median == pytest.approx(float(np.median(some)), abs=1e-3)


def test_nothing_to_hold_against_is_no_novelty() -> None:
    """One training drawing has no other beside it."""
    assert novelty(OTHERS, OTHERS, TRAINING[:1]) is None
