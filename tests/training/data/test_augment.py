import numpy as np
import torch

from tests.training import shapes
from training.data.augment import random_scale
from training.data.corpus import Corpus

ROWS = Corpus.of(shapes.drawings("zigzag", 400)).batch(np.arange(400))


def test_each_drawing_is_stretched_as_a_whole() -> None:
    """One factor per drawing and axis within the spread; pens and the direction of each move stay."""
    scaled = random_scale(ROWS, 0.15, torch.Generator().manual_seed(0))
    assert torch.equal(scaled[..., 2:], ROWS[..., 2:])
    ratio = (scaled[..., 0].sum(1) / ROWS[..., 0].sum(1))[ROWS[..., 0].sum(1).abs() > 10]
    assert 0.85 <= float(ratio.min()) < 0.87
    assert 1.13 < float(ratio.max()) <= 1.15
    moved = ROWS[0, :, 0] != 0
    factors = scaled[0, moved, 0] / ROWS[0, moved, 0]
    torch.testing.assert_close(factors, factors[:1].expand_as(factors))


def test_no_spread_changes_nothing() -> None:
    """0 leaves the rows as they are."""
    assert torch.equal(random_scale(ROWS, 0.0, torch.Generator()), ROWS)
