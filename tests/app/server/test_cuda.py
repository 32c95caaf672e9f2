from pathlib import Path

import pytest
import torch

from app.server import cuda
from app.server.cuda import card_is_there, why_not


def test_a_build_for_the_cpu_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """With where another one is to be had."""
    monkeypatch.setattr(torch.version, "cuda", None)
    assert why_not().startswith(f"PyTorch {torch.__version__} is built for the CPU alone: install it from https://")


def test_what_the_driver_says_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first line, and for which CUDA the build is; where it says nothing, that no card is shown."""

    def fails() -> None:
        raise RuntimeError("The NVIDIA driver on your system is too old (found version 12020).\nPlease update it.")

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(torch.cuda, "init", fails)
    assert why_not().endswith(
        "(nvidia-smi shows it): The NVIDIA driver on your system is too old (found version 12020)."
    )
    assert "built for CUDA 13.0" in why_not()
    monkeypatch.setattr(torch.cuda, "init", lambda: None)
    assert "is shown no card" in why_not()


def test_a_card_is_found_by_its_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However PyTorch is built."""
    monkeypatch.setattr(cuda, "CARDS", (tmp_path / "nvidia0",))
    assert not card_is_there()
    (tmp_path / "nvidia0").touch()
    assert card_is_there()
