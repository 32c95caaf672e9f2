import numpy as np
import pytest
import torch

from model.picture.raster import SIZE, rasterise_all
from tests.training.round_and_square import drawings
from training.classifier.warp import Warp, fit, warp

PICTURES = torch.from_numpy(rasterise_all(drawings("square", 4)))
STILL = Warp(turn=0, zoom=0, stretch=0, shear=0, move=0, mirror=False)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_fit_at_its_own_size_changes_nothing() -> None:
    """Pictures at their own size come out as they were, in 0..1."""
    fitted = fit(PICTURES, SIZE)
    assert fitted.shape == (4, 1, SIZE, SIZE)
    np.testing.assert_allclose(fitted[:, 0].numpy(), PICTURES.numpy() / 255, atol=1e-5)


def test_fit_keeps_the_ink() -> None:
    """A smaller picture is as dark on average."""
    assert float(fit(PICTURES, SIZE // 2).mean()) == pytest.approx(float(fit(PICTURES, SIZE).mean()), rel=0.1)


def test_a_warp_that_may_not_change_anything_does_not() -> None:
    """All dials at zero is `fit`."""
    torch.testing.assert_close(warp(PICTURES, 48, STILL, generator()), fit(PICTURES, 48), atol=1e-5, rtol=0)


def test_mirror_turns_left_and_right() -> None:
    """With nothing else allowed, each picture is itself or its mirror image, and both happen."""
    mirrored = Warp(turn=0, zoom=0, stretch=0, shear=0, move=0, mirror=True)
    found, plain = warp(PICTURES.repeat(8, 1, 1), SIZE, mirrored, generator()), fit(PICTURES.repeat(8, 1, 1), SIZE)
    same = (found - plain).abs().amax(dim=(1, 2, 3)) < 1e-4
    turned = (found - plain.flip(-1)).abs().amax(dim=(1, 2, 3)) < 1e-4
    assert bool((same | turned).all())
    assert bool(same.any())
    assert bool(turned.any())


def test_the_drawing_stays_in_the_picture() -> None:
    """The default warp changes every picture and pushes little of the ink over the edge."""
    found = warp(PICTURES.repeat(50, 1, 1), SIZE, Warp(), generator())
    plain = fit(PICTURES, SIZE).repeat(50, 1, 1, 1)
    assert bool(((found - plain).abs().amax(dim=(1, 2, 3)) > 0.1).all())
    assert float(found.mean()) == pytest.approx(float(plain.mean()), rel=0.15)


def test_the_same_generator_gives_the_same_warp() -> None:
    """Random numbers come from the generator alone."""
    first, again, other = (warp(PICTURES, 48, Warp(), generator(seed)) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
