"""The drawings that a step of the way is chosen from."""

import numpy as np
import pytest
import torch

from model.alike.closeness import MOST, candidates
from model.alike.codes import told
from model.alike.way import Way, shares, step
from model.checkpoint import Checkpoint
from model.latent import to_text
from tests.model import samples


@pytest.fixture(scope="module")
def way(tmp_path_factory: pytest.TempPathFactory) -> Way:
    checkpoint: Checkpoint = samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.shared_weights())
    one, other = (np.random.default_rng(i).normal(size=samples.LATENT).astype(np.float32) for i in (1, 2))
    return Way(checkpoint, (0, 3), (to_text(one), to_text(other)))


@pytest.mark.parametrize(("at", "which"), [(0.0, 0), (1.0, 1)])
def test_at_an_end_they_are_those_of_a_likeness(way: Way, at: float, which: int) -> None:
    """All seeds of closeness 1, each told the end's own code."""
    found = step(way, at, 7)
    assert [seed for seed, _ in found] == [each.seed for each in candidates(7, 1)]
    want = told(way.network, way.subjects[which], way.latents[which])
    for _, its in found:
        assert its.latent == want.latent
        assert torch.equal(its.context, want.context)


def test_between_they_differ(way: Way) -> None:
    """They lie apart along the way, as many before the place as behind; alone there is one right at it."""
    assert len({its.latent for _, its in step(way, 0.5, 7)}) == MOST
    [(seed, alone)] = step(way, 0.5, 7, several=False)
    assert seed == 7
    assert alone.latent not in way.latents


def test_steps_are_even() -> None:
    """Both ends are among them."""
    assert shares(5) == [0, 0.25, 0.5, 0.75, 1]
