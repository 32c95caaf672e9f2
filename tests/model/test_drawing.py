"""Whole drawings from seeds."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch

from model.checkpoint import Checkpoint
from model.drawing import draw
from model.strokes import validate
from tests.model import samples

SEEDS = [3, 1, 4, 15, 9, 2, 6, 5, 35]


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """A small checkpoint."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.weights())


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Checkpoint:
    """One of many subjects."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.shared_weights())


def test_drawings_are_drawings(checkpoint: Checkpoint) -> None:
    """Each seed's drawing is valid stroke-5 with its end row, and says whether it came to its own end."""
    drawings = draw(checkpoint, range(100), temp_xy=1, temp_p=1, max_points=25)
    assert [drawing.seed for drawing in drawings] == list(range(100))
    for drawing in drawings:
        if len(drawing.stroke5) > 1:  # one that ends at once has no point
            validate(drawing.stroke5)
        assert len(drawing.stroke5) <= 26
        if not drawing.ended:
            assert len(drawing.stroke5) == 26, "only a drawing cut off at the maximum has not ended"
    assert {drawing.ended for drawing in drawings} == {True, False}


def test_the_same_seed_is_the_same_drawing(checkpoint: Checkpoint) -> None:
    """A seed's drawing is the same alone, in company, and in chunks of any length; other seeds' are others."""
    together = draw(checkpoint, SEEDS, temp_xy=0.8, temp_p=0.9, max_points=40)
    for chunk in (1, 7, 64):
        for seed, drawing in zip(SEEDS, together, strict=True):
            [alone] = draw(checkpoint, [seed], temp_xy=0.8, temp_p=0.9, max_points=40, chunk=chunk)
            assert np.array_equal(alone.stroke5, drawing.stroke5)
            assert alone.ended == drawing.ended
    assert len({drawing.stroke5.tobytes() for drawing in together}) == len(SEEDS)


def test_subjects_and_latent_codes_share_a_batch(shared: Checkpoint) -> None:
    """Each drawing may be of a subject, and near a latent code, of its own: it is the one that it is alone."""
    subjects = [i % samples.SUBJECTS for i in range(len(SEEDS))]
    latents = torch.randn(len(SEEDS), samples.LATENT, generator=torch.Generator().manual_seed(0))
    given = {"temp_xy": 0.8, "temp_p": 0.9, "max_points": 30}
    together = draw(shared, SEEDS, subject=subjects, latents=latents, **given)  # type: ignore[arg-type]
    for i, (seed, subject) in enumerate(zip(SEEDS, subjects, strict=True)):
        [alone] = draw(shared, [seed], subject=subject, latents=latents[i : i + 1], **given)  # type: ignore[arg-type]
        assert np.array_equal(alone.stroke5, together[i].stroke5)
    others = draw(shared, SEEDS, subject=subjects, **given)  # type: ignore[arg-type]
    assert any(not np.array_equal(a.stroke5, b.stroke5) for a, b in zip(together, others, strict=True))


def test_a_subject_is_drawn_by_its_number(shared: Checkpoint) -> None:
    """One number is for all seeds; without a latent code drawings are those of a code of zeros."""
    none = torch.zeros(2, samples.LATENT)
    found = set()
    for subject in range(samples.SUBJECTS):
        drawings = draw(shared, [1, 2], subject=subject, temp_xy=1, temp_p=1, max_points=20)
        same = draw(shared, [1, 2], subject=[subject] * 2, latents=none, temp_xy=1, temp_p=1, max_points=20)
        assert all(np.array_equal(a.stroke5, b.stroke5) for a, b in zip(drawings, same, strict=True))
        found.add(drawings[0].stroke5.tobytes())
    assert len(found) == samples.SUBJECTS


def test_a_lower_maximum_is_a_cut(checkpoint: Checkpoint) -> None:
    """With fewer points allowed a drawing is the beginning of the longer one."""
    for long, short in zip(*(draw(checkpoint, SEEDS, temp_xy=1, temp_p=1, max_points=m) for m in (40, 6)), strict=True):
        points = min(6, len(long.stroke5) - 1)
        assert np.array_equal(long.stroke5[:points], short.stroke5[:points])
        assert short.stroke5[-1].tolist() == [0, 0, 0, 0, 1]


def test_zero_temperature_is_one_drawing(checkpoint: Checkpoint) -> None:
    """At temperatures 0 every seed draws the mode."""
    drawings = draw(checkpoint, SEEDS, temp_xy=0, temp_p=0, max_points=30)
    assert len({drawing.stroke5.tobytes() for drawing in drawings}) == 1


def test_decoding_stops_when_all_have_ended(checkpoint: Checkpoint) -> None:
    """Nothing is decoded long after the last drawing has ended."""
    steps = 0

    class Counting:
        def __getattr__(self, name: str) -> Any:
            return getattr(checkpoint.module, name)

        def advance(self, *arguments: Any) -> Any:
            nonlocal steps
            steps += len(arguments[-1])
            return checkpoint.module.advance(*arguments)

    counting = replace(checkpoint, module=Counting())
    drawings = draw(counting, SEEDS, temp_xy=1, temp_p=1, max_points=10_000, chunk=8)
    longest = max(len(drawing.stroke5) for drawing in drawings)
    assert all(drawing.ended for drawing in drawings)
    assert longest <= steps < longest + 8


def test_no_seeds_no_drawings(checkpoint: Checkpoint) -> None:
    """No seeds give no drawings."""
    assert draw(checkpoint, [], temp_xy=1, temp_p=1, max_points=5) == []


@pytest.mark.parametrize(
    "bad", [{"temp_xy": -1}, {"temp_p": float("nan")}, {"temp_xy": float("inf")}, {"max_points": 0}]
)
def test_nonsense_is_refused(checkpoint: Checkpoint, bad: dict[str, float]) -> None:
    """Temperatures below zero or no numbers, and no points at all, raise ValueError."""
    with pytest.raises(ValueError, match="not"):
        draw(checkpoint, [1], **({"temp_xy": 1, "temp_p": 1, "max_points": 5} | bad))  # type: ignore[arg-type]
