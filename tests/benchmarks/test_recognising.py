"""Milliseconds of recognising."""

import pytest
import torch

from benchmarks import recognising as module
from benchmarks.options import Options
from benchmarks.recognising import recognising
from benchmarks.timing import interleaved


def test_one_in_company_and_long(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """One drawing alone, beside others, and of ten thousand points have their figures; threads are as before."""
    monkeypatch.setattr(module, "interleaved", lambda judged, repeats: interleaved(judged, repeats=1))
    before = torch.get_num_threads()
    figures = recognising(Options(None, torch.device("cpu"), threads=1, repeats=1))
    assert list(figures) == ["recognise_ms", "recognise_batch_ms", "recognise_long_ms"]
    assert all(isinstance(value, float) and value > 0 for value in figures.values())
    assert torch.get_num_threads() == before
    assert "one drawing" in capsys.readouterr().out
