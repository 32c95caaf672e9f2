"""What a process's work costs beside a GPU, whose drawings lie in slots: with a device that plays drawings back."""

from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from benchmarks.asked import Asked
from benchmarks.cores import take_core
from benchmarks.forecast.calibrate import BRISK, FAST, away, host_of, rounds, slice_seconds
from benchmarks.forecast.costs import HostCosts
from benchmarks.forecast.workload import Workload
from benchmarks.served import served

STREAMS = ((30, BRISK), (100, BRISK), (400, BRISK), (30, FAST), (100, FAST))


def slots_host(folder: Path, asked: Asked, workload: Workload, clients: Executor, seconds: float) -> HostCosts:
    """The costs on one core, from loads of so many seconds each."""
    settings: dict[str, Any] = {"threads": 1, "device": "cpu", "preload": 1, "client_share": 1, "pool_size": 0}
    room = {"batch_limit": 4096, "queue_limit": 4096, "sockets_limit": 4096}
    with served(folder.parent, program="benchmarks.fast_device", **settings, **room) as service:
        take_core(service.process.pid)
        made = rounds(service, asked, workload, clients, seconds, STREAMS)
        return host_of(made, None, away(service, clients), clients.submit(slice_seconds).result())
