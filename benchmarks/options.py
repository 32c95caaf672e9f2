"""What can be asked of the benchmarks, and the line that they end with."""

import os
import platform
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import torch

ROOT = Path(__file__).parents[1]
SIZES = (1, 8, 64, 512)
HIDDEN = 512


@dataclass(frozen=True, slots=True)
class Options:
    """One run: where the network comes from (None: random weights), where it runs, and how often."""

    checkpoint: Path | None
    device: torch.device
    threads: int
    repeats: int
    sizes: tuple[int, ...] = SIZES
    hidden: int = HIDDEN  # of random weights
    subjects: int = 1  # of random weights
    drawings: Path | None = None  # to train on; None: generated ones


def surroundings(options: Options) -> dict[str, object]:
    """What a figure depends on beside the code: for the JSON document."""
    on_gpu = options.device.type == "cuda"
    return {
        "device": torch.cuda.get_device_name(options.device) if on_gpu else processor(),
        "cores": os.cpu_count(),
        "threads": options.threads,
        "repeats": options.repeats,
        "versions": {"python": platform.python_version(), "torch": torch.__version__, "inkstream": _version()},
    }


def processor() -> str:
    """What the system calls the processor."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _version() -> str:
    try:
        return version("inkstream")
    except PackageNotFoundError:
        return "not installed"
