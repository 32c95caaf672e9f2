"""Whole drawings from seeds."""

from typing import Any

import numpy as np
import pytest
import torch

from model.checkpoint import CheckpointModule
from model.decode import draw
from model.strokes import validate
from tests.model import samples

SEEDS = [3, 1, 4, 15, 9, 2, 6, 5, 35]


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> CheckpointModule:
    """A small checkpoint."""
    return samples.loaded(tmp_path_factory.mktemp("checkpoint"), samples.network())


def test_drawings_are_drawings(module: CheckpointModule) -> None:
    """Each seed's drawing is valid stroke-5 with its end row, and says whether it came to its own end."""
    drawings = draw(module, range(100), temp_xy=1, temp_p=1, max_points=25)
    assert [drawing.seed for drawing in drawings] == list(range(100))
    for drawing in drawings:
        if len(drawing.stroke5) > 1:  # one that ends at once has no point
            validate(drawing.stroke5)
        assert len(drawing.stroke5) <= 26
        if not drawing.ended:
            assert len(drawing.stroke5) == 26, "only a drawing cut off at the maximum has not ended"
    assert {drawing.ended for drawing in drawings} == {True, False}


def test_the_same_seed_is_the_same_drawing(module: CheckpointModule) -> None:
    """A seed's drawing is the same alone, in company, and in chunks of any length; other seeds' are others."""
    together = draw(module, SEEDS, temp_xy=0.8, temp_p=0.9, max_points=40)
    for chunk in (1, 7, 64):
        for seed, drawing in zip(SEEDS, together, strict=True):
            [alone] = draw(module, [seed], temp_xy=0.8, temp_p=0.9, max_points=40, chunk=chunk)
            assert np.array_equal(alone.stroke5, drawing.stroke5)
            assert alone.ended == drawing.ended
    assert len({drawing.stroke5.tobytes() for drawing in together}) == len(SEEDS)


def test_a_lower_maximum_is_a_cut(module: CheckpointModule) -> None:
    """With fewer points allowed a drawing is the beginning of the longer one."""
    for long, short in zip(*(draw(module, SEEDS, temp_xy=1, temp_p=1, max_points=m) for m in (40, 6)), strict=True):
        points = min(6, len(long.stroke5) - 1)
        assert np.array_equal(long.stroke5[:points], short.stroke5[:points])
        assert short.stroke5[-1].tolist() == [0, 0, 0, 0, 1]


def test_zero_temperature_is_one_drawing(module: CheckpointModule) -> None:
    """At temperatures 0 every seed draws the mode."""
    drawings = draw(module, SEEDS, temp_xy=0, temp_p=0, max_points=30)
    assert len({drawing.stroke5.tobytes() for drawing in drawings}) == 1


def test_decoding_stops_when_all_have_ended(module: CheckpointModule) -> None:
    """Nothing is decoded long after the last drawing has ended."""
    steps = 0

    class Counting:
        def start(self, n: int) -> Any:
            return module.start(n)

        def advance(self, *arguments: torch.Tensor) -> Any:
            nonlocal steps
            steps += len(arguments[-1])
            return module.advance(*arguments)

    drawings = draw(Counting(), SEEDS, temp_xy=1, temp_p=1, max_points=10_000, chunk=8)  # type: ignore[arg-type]
    longest = max(len(drawing.stroke5) for drawing in drawings)
    assert all(drawing.ended for drawing in drawings)
    assert longest <= steps < longest + 8


def test_no_seeds_no_drawings(module: CheckpointModule) -> None:
    """No seeds give no drawings."""
    assert draw(module, [], temp_xy=1, temp_p=1, max_points=5) == []


@pytest.mark.parametrize(
    "bad", [{"temp_xy": -1}, {"temp_p": float("nan")}, {"temp_xy": float("inf")}, {"max_points": 0}]
)
def test_nonsense_is_refused(module: CheckpointModule, bad: dict[str, float]) -> None:
    """Temperatures below zero or no numbers, and no points at all, raise ValueError."""
    with pytest.raises(ValueError, match="not"):
        draw(module, [1], **({"temp_xy": 1, "temp_p": 1, "max_points": 5} | bad))  # type: ignore[arg-type]
