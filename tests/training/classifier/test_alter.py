from dataclasses import replace

import pytest
import torch

from model.recogniser.lines import Lines, lines_of
from model.recogniser.path import sample
from model.strokes import from_polylines
from training.classifier.alter import Alteration, altered

STILL = Alteration(unfinished=0, dropped=0, moved=0, bent=0, turn=0, stretch=0, shear=0, mirror=False, smaller=0)


def house(count: int = 200) -> Lines:
    walls = [(0, 0), (100, 0), (100, 80), (0, 80), (0, 0)]
    strokes = [walls, [(0, 0), (50, -40), (100, 0)], [(40, 80), (40, 50), (60, 50), (60, 80)]]
    return lines_of([torch.from_numpy(from_polylines(strokes))] * count)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_nothing_is_altered_without_leave() -> None:
    """With every alteration at nothing, the path is the drawing's own."""
    expected, found = sample(house(3)), altered(house(3), STILL, rng())
    torch.testing.assert_close(found.samples, expected.samples, atol=1e-5, rtol=0)
    torch.testing.assert_close(found.length, expected.length)


def test_chance_comes_from_the_generator() -> None:
    """The same numbers, the same alterations; others, others."""
    first, again, other = (altered(house(8), Alteration(), rng(seed)).samples for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_altered_drawings_stay_in_their_box() -> None:
    """However they are altered, no sample leaves the picture, and none is lost to infinity."""
    path = altered(house(), Alteration(bent=0.2, moved=0.2), rng())
    assert path.samples[..., :2].abs().max() <= 1 + 1e-5
    assert path.length.isfinite().all()


def strokes(found: torch.Tensor) -> torch.Tensor:
    """How often the pen comes down on each path."""
    down = found[..., 4] == 1
    return down[:, 0].long() + (down[:, 1:] & ~down[:, :-1]).sum(dim=1)


def test_unfinished_ones_end_early() -> None:
    """All begin with the first stroke; some have one stroke only, some two, some all three."""
    how = replace(STILL, unfinished=1.0)
    counts = strokes(altered(house(), how, rng()).samples)
    assert set(counts.tolist()) == {1, 2, 3}


def test_a_stroke_is_dropped_from_some() -> None:
    """As many drawings as said lack one stroke of their three, and no length is left of it."""
    how = replace(STILL, dropped=0.5)
    found = altered(house(), how, rng())
    counts = strokes(found.samples)
    assert set(counts.tolist()) == {2, 3}
    assert (counts == 2).float().mean() == pytest.approx(0.5, abs=0.1)
    assert found.length[counts == 2].max() < found.length[counts == 3].min()


def test_mirrored_ones_are_mirrored() -> None:
    """Half of the drawings begin at the right where the drawing begins at the left."""
    how = replace(STILL, mirror=True)
    begins = altered(house(), how, rng()).samples[:, 0, 0]
    assert (begins > 0).float().mean() == pytest.approx(0.5, abs=0.1)
