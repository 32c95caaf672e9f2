"""Several processes of the service on one device, and clients whose WebSockets are spread evenly over them."""

import asyncio
import time
from collections.abc import Callable, Coroutine, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any, TypeVar
from urllib.request import urlopen

import torch

from app.server.file_limit import raise_file_limit
from benchmarks.asked import Asked
from benchmarks.clients import run
from benchmarks.cores import take_core, take_others
from benchmarks.gpu.size import Size
from benchmarks.gpu.together import together
from benchmarks.served import START_SECONDS, Served, served, spent

THREADS = 1  # of the CPU
OPEN, LOOKING = "inkstream_open_websockets", 0.1  # seconds between two looks how many there are

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Share:
    """WebSockets from one process of clients to one process of the service, by the seeds of their first drawings."""

    host: str
    seeds: range


def shares(sockets: int, clients: int, hosts: Sequence[str]) -> list[list[Share]]:
    """Those of each process of clients. No host has two WebSockets more than another, and no process."""
    bounds = [sockets * number // len(hosts) for number in range(len(hosts) + 1)]
    return [
        [
            Share(host, seeds)
            for host, low, high in zip(hosts, bounds, bounds[1:], strict=False)
            if (seeds := range(low + (client - low) % clients, high, clients))
        ]
        for client in range(clients)
    ]


@dataclass(frozen=True, slots=True)
class Fleet:
    """Processes of the service that are ready, and those of clients."""

    services: Sequence[Served]
    clients: ProcessPoolExecutor
    size: Size
    free: int | None  # bytes of the device's memory before there were any
    mps: bool = False  # whether they use a card at the same time

    def ask(
        self, processes: int, sockets: int, work: Callable[[Share], Coroutine[Any, Any, T]]
    ) -> tuple[list[T], float]:
        """What so many WebSockets to so many processes find, by share, and microseconds of processor for a point.

        Those count from when all are there.
        """
        services = self.services[:processes]
        every = shares(sockets, self.size.clients, [service.host for service in services])
        parts = [self.clients.submit(run, _together, work, its) for its in every if its]
        while sum(service.metrics()[OPEN] for service in services) < sockets and not all(part.done() for part in parts):
            time.sleep(LOOKING)
        before = spent(services)
        found = [each for part in parts for each in part.result()]
        seconds, points = (now - then for now, then in zip(spent(services), before, strict=True))
        return found, seconds / max(points, 1) * 1e6

    def shape(self) -> dict[str, float | None]:
        """How they share the device, and MiB that each process takes of its memory and of the host's.

        That is the mean, once all have drawn.
        """
        free, count = free_memory(self.size), len(self.services)
        taken = None if self.free is None or free is None else round((self.free - free) / count / 2**20, 1)
        resident = sum(service.metrics()["process_resident_memory_bytes"] for service in self.services)
        memory = {"device_memory_mib": taken, "resident_memory_mib": round(resident / count / 2**20, 1)}
        return {"mps": self.mps, **memory}


async def _together(work: Callable[[Share], Coroutine[Any, Any, T]], its: Sequence[Share]) -> list[T]:
    return await asyncio.gather(*(work(share) for share in its))


@contextmanager
def fleet(size: Size, **settings: int) -> Iterator[Fleet]:
    """As many processes as are ever measured. All start at the same time, and have drawn once when they are there."""
    raise_file_limit()
    free, most = free_memory(size), max(size.processes)
    with ExitStack() as stack:
        clients = stack.enter_context(
            ProcessPoolExecutor(size.clients, get_context("spawn"), _begin, (most if size.playback else 0,))
        )
        there = clients.map(_ready, range(size.clients))
        mps = stack.enter_context(together(size.device.type))
        with ThreadPoolExecutor(most) as starting:
            services = list(starting.map(lambda _: _start(stack, size, settings), range(most)))
        if size.playback:
            for number, service in enumerate(services):
                take_core(service.process.pid, number)
        list(there)
        yield Fleet(services, clients, size, free, mps)


def _start(stack: ExitStack, size: Size, settings: dict[str, int]) -> Served:
    """One process, which has loaded the network that it is asked for, and keeps no drawings ready."""
    folder = size.folder(size.networks[0])
    own: dict[str, Any] = {"preload": 0, "pool_size": 0, "client_share": 1, "deadline": START_SECONDS, **settings}
    own |= {"threads": THREADS, "device": size.device.type, "program": size.program}
    service = stack.enter_context(served(folder.parent, **own))
    with urlopen(f"http://{service.host}{Asked.of(folder).path}", timeout=START_SECONDS) as answer:
        answer.read()
    return service


def _begin(taken: int) -> None:
    """In each process of clients."""
    raise_file_limit()
    if taken:
        take_others(taken)


def _ready(_number: int) -> None:
    """What a process imports, it has imported when this is done; the pause lets every process have one."""
    time.sleep(0.2)


def free_memory(size: Size) -> int | None:
    """Bytes of the device's memory that nobody has; None on a CPU."""
    return torch.cuda.mem_get_info(size.device)[0] if size.device.type == "cuda" else None
