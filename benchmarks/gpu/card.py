"""What all figures depend on: the card, its driver, and PyTorch."""

import os
import shutil
import subprocess
import sys

import torch

from benchmarks.gpu.size import Size

DRIVER = ("--query-gpu=driver_version", "--format=csv,noheader")


def card(size: Size) -> dict[str, object]:
    """Of the device; on a CPU only what there is. Raises where CUDA cannot be used."""
    found: dict[str, object] = {"python": sys.version.split()[0], "torch": torch.__version__, "cores": os.cpu_count()}
    if size.device.type != "cuda":
        return found
    properties = torch.cuda.get_device_properties(size.device)
    return found | {
        "name": properties.name,
        "memory_gib": round(properties.total_memory / 2**30, 1),
        "capability": f"{properties.major}.{properties.minor}",
        "driver": _driver(),
        "cuda": torch.version.cuda,
        "cudnn": torch.backends.cudnn.version(),  # type: ignore[no-untyped-call]
    }


def _driver() -> str:
    """Of the first card, as `nvidia-smi` tells it."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return "unknown: there is no nvidia-smi"
    told = subprocess.run(  # noqa: S603 - the program that was found
        [program, *DRIVER], capture_output=True, text=True, check=False, timeout=20
    )
    return told.stdout.strip().partition("\n")[0]
