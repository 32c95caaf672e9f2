"""Processes that use one card at the same time instead of in turns: NVIDIA's Multi-Process Service, MPS."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from unittest.mock import patch

PROGRAM = "nvidia-cuda-mps-control"  # comes with the driver
FOLDERS = ("CUDA_MPS_PIPE_DIRECTORY", "CUDA_MPS_LOG_DIRECTORY")
END_SECONDS = 10.0


@contextmanager
def together(device: str) -> Iterator[bool]:
    """Let processes that are started meanwhile share a card; False where there is none, or no such program."""
    program = shutil.which(PROGRAM)
    if device != "cuda" or program is None:
        yield False
        return
    with TemporaryDirectory() as folder, patch.dict(os.environ, dict.fromkeys(FOLDERS, folder)):
        daemon = subprocess.Popen([program, "-f"], stderr=subprocess.DEVNULL)  # noqa: S603 - the driver's
        try:
            yield True
        finally:
            with suppress(subprocess.TimeoutExpired):
                subprocess.run([program], input=b"quit\n", check=False, timeout=END_SECONDS)  # noqa: S603
                daemon.wait(END_SECONDS)
            daemon.kill()
            daemon.wait()
