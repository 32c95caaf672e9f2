"""Times that can be compared although the machine has other things to do."""

import time
from collections.abc import Callable, Mapping
from statistics import median

import torch

WARM_UPS = 3  # TorchScript optimises a method in its first two calls


def interleaved(
    cases: Mapping[str, Callable[[], None]], *, repeats: int, device: torch.device | None = None
) -> dict[str, float]:
    """Median seconds of each case. The cases take turns, so that a slow minute falls on all of them alike."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    for case in cases.values():
        for _ in range(WARM_UPS):
            case()
    for _ in range(repeats):
        for name, case in cases.items():
            _finish(device)
            begin = time.perf_counter()
            case()
            _finish(device)
            seconds[name].append(time.perf_counter() - begin)
    return {name: median(times) for name, times in seconds.items()}


def _finish(device: torch.device | None) -> None:
    """Wait for what a GPU has still to do."""
    if device is not None and device.type == "cuda":
        torch.cuda.synchronize(device)
