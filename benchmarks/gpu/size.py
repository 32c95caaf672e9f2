"""How much is measured: on a GPU, or in a rehearsal."""

from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.options import ROOT
from model.checkpoint import Checkpoint, load_checkpoint


@dataclass(frozen=True, slots=True)
class Size:
    """Of all parts. The defaults are those of a GPU."""

    device: torch.device
    batches: tuple[int, ...] = (1, 64, 512, 4096, 16384)
    steps: int = 64  # of a call that is timed
    compared: int = 1000  # drawings, with those of the CPU
    seconds: float = 2.0  # of a measurement
    rounds: int = 3  # of those that take turns
    hidden: int = 1024  # of networks that are trained
    batch: int = 1536  # drawings a step of training
    training_steps: int = 60
    sockets: int = 64
    watchers: int = 2000  # WebSockets at a human pace
    sheet: int = 1024
    clients: int = 8  # processes that are not the service
    checkpoints: Path = ROOT / "checkpoints"
    networks: tuple[str, ...] = ("penguin", "quickdraw")  # of one subject, and of many

    @classmethod
    def small(cls, device: torch.device) -> "Size":
        """Of a rehearsal."""
        return cls(
            device,
            batches=(1, 8),
            steps=16,
            compared=8,
            seconds=0.5,
            rounds=1,
            hidden=16,
            batch=16,
            training_steps=4,
            sockets=4,
            watchers=8,
            sheet=16,
            clients=1,
            networks=("penguin",),
        )

    def checkpoint(self, name: str) -> Checkpoint:
        """One of ours by its folder's name."""
        return load_checkpoint(self.folder(name), self.device)

    def folder(self, name: str) -> Path:
        """Where it lies."""
        return self.checkpoints / name
