"""How much memory a checkpoint takes, and giving back what loading one took for a moment."""

import ctypes

import torch

from model.checkpoint import Checkpoint

PROGRAM_BYTES = 380_000  # of a checkpoint's modules and methods, beside its weights (measured: tests/app/catalogue)


def size_of(checkpoint: Checkpoint) -> int:
    """Bytes by which the process grows for it: weights, those of eight bits in two packed forms too (`model.linear`).

    The first checkpoint of a process takes some 45 MiB more, for PyTorch.
    """
    weights = sum(
        tensor.numel() * tensor.element_size() * (3 if tensor.dtype == torch.int8 else 1)
        for _, tensor in checkpoint.module.named_buffers()
    )
    return weights + PROGRAM_BYTES


def give_back() -> None:
    """Return freed memory to the system: glibc keeps the parts of a checkpoint's file, and of ones that were let go."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)  # other C libraries have none
    if trim is not None:
        trim(0)
