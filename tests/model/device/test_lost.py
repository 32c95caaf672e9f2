import pytest
import torch

from model.device.lost import is_lost


def test_a_processor_is_never_lost() -> None:
    """Nor is CUDA asked about it, which may not be there."""
    assert not is_lost(torch.device("cpu"))


@pytest.mark.parametrize("said", [None, "CUDA error: unspecified launch failure"])
def test_a_gpu_that_answers_nothing_is_lost(said: str | None, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a fault in a kernel every call fails, waiting too; after others, as out of memory, none does."""

    def synchronize(device: torch.device) -> None:
        assert device.type == "cuda"
        if said is not None:
            raise RuntimeError(said)

    monkeypatch.setattr(torch.cuda, "synchronize", synchronize)
    assert is_lost(torch.device("cuda")) == (said is not None)
