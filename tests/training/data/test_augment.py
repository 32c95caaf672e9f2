import numpy as np
import pytest
import torch

from tests.training import shapes
from training.data.augment import random_scale, random_scale_and_turn
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


def changed(**dials: float) -> torch.Tensor:
    torch.manual_seed(0)
    return random_scale_and_turn(ROWS, **{"share": 1.0, "scale": 0.0, "turn": 0.0, **dials})


def test_a_turn_keeps_every_length() -> None:
    """A drawing is turned as a whole, by about the angle that is asked for; pens stay."""
    turned = changed(turn=0.1)
    assert torch.equal(turned[..., 2:], ROWS[..., 2:])
    torch.testing.assert_close(turned[..., :2].norm(dim=-1), ROWS[..., :2].norm(dim=-1))
    angles = torch.atan2(turned[..., 1], turned[..., 0]) - torch.atan2(ROWS[..., 1], ROWS[..., 0])
    angles = torch.remainder(angles + torch.pi, 2 * torch.pi) - torch.pi
    moves = ROWS[..., :2].norm(dim=-1) > 0
    assert float(angles[moves].std()) == pytest.approx(0.1, abs=0.02)
    torch.testing.assert_close(angles[0, moves[0]], angles[0, moves[0]][:1].expand(int(moves[0].sum())))


def test_a_share_of_the_drawings_is_stretched() -> None:
    """Each per axis within the spread; the others stay bit for bit."""
    scaled = changed(share=0.6, scale=0.15)
    stays = (scaled == ROWS).flatten(1).all(1)
    assert float(stays.float().mean()) == pytest.approx(0.4, abs=0.08)
    moved = ROWS[..., :2].abs() > 10
    ratio = (scaled[..., :2] / ROWS[..., :2])[moved]
    assert 0.85 <= float(ratio.min()) < 0.87
    assert 1.13 < float(ratio.max()) <= 1.1501


def test_less_strength_changes_less() -> None:
    """Half of it half as much, none of it nothing, and then no random number is drawn."""
    whole, half = changed(scale=0.15), changed(scale=0.15, strength=0.5)
    torch.testing.assert_close(half - ROWS, (whole - ROWS) / 2, atol=1e-4, rtol=1e-4)
    before = torch.get_rng_state()
    assert random_scale_and_turn(ROWS, share=1.0, scale=0.1, turn=0.1, strength=0.0) is ROWS
    assert torch.equal(torch.get_rng_state(), before)
