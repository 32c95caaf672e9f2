"""How much is measured: on a GPU, in a rehearsal, or with a device that plays drawings back."""

import os
from dataclasses import dataclass
from pathlib import Path

import torch

from benchmarks.options import ROOT
from model.checkpoint import Checkpoint, load_checkpoint

PROCESSES, CLIENTS = (1, 4, 6, 8), 8


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
    processes: tuple[int, ...] = PROCESSES  # of the service, on the one device
    clients: int = CLIENTS  # processes that are not the service
    playback: bool = False  # whether the device is `benchmarks.fast_device`; each process has a core to itself then
    checkpoints: Path = ROOT / "checkpoints"
    networks: tuple[str, ...] = ("penguin", "quickdraw")  # of one subject, and of many

    @classmethod
    def of(cls, device: str) -> "Size":
        """That of a run on `cuda`, a rehearsal on `cpu`, or `playback`."""
        cores = os.cpu_count() or 1
        match device:
            case "playback":
                return cls.played_back(cores)
            case "cpu":
                return cls.small(torch.device(device))
        return cls(torch.device(device), processes=processes_on(cores))

    @classmethod
    def played_back(cls, cores: int) -> "Size":
        """Of what a card has no part in: as many processes of the service as leave as many cores to the clients."""
        processes = processes_on(cores)
        clients = min(CLIENTS, max(1, cores - max(processes)))
        return cls(torch.device("cpu"), processes=processes, clients=clients, playback=True)

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
            processes=(1, 2),
            clients=1,
            networks=("penguin",),
        )

    @property
    def program(self) -> str:
        """The module that serves."""
        return "benchmarks.fast_device" if self.playback else "app"

    def checkpoint(self, name: str) -> Checkpoint:
        """One of ours by its folder's name."""
        return load_checkpoint(self.folder(name), self.device)

    def folder(self, name: str) -> Path:
        """Where it lies."""
        return self.checkpoints / name


def processes_on(cores: int) -> tuple[int, ...]:
    """As many processes of the service as have a core for each of their two threads."""
    return tuple(count for count in PROCESSES if 2 * count <= max(cores, 2))
