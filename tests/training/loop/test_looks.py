import pytest
import torch

from training.loop import looks
from training.loop.looks import Looks


def test_a_cpu_is_asked_after_every_step() -> None:
    """It has nothing left to do then, and what went wrong is said at once."""
    seen = Looks.on(torch.device("cpu"), 0)
    assert all(seen.due(step) for step in range(1, 50))


def test_another_device_is_asked_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twice early, then after every hundred steps; sooner only where steps are slow."""
    seen = Looks.on(torch.device("cuda"), 0)
    assert [step for step in range(1, 301) if seen.due(step)] == [5, 20, 100, 200, 300]
    monkeypatch.setattr(looks, "LOOK_SECONDS", -1.0)
    assert seen.due(7)


def test_a_look_is_remembered() -> None:
    """By its step, and the clock begins again."""
    seen = Looks(40)
    before = seen.waited
    seen.looked(43)
    assert seen.step == 43
    assert seen.waited >= 0 <= before
