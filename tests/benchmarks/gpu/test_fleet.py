"""WebSockets are spread evenly over the processes of the service."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any, cast

import pytest
import torch

from benchmarks.gpu import fleet
from benchmarks.gpu.fleet import Fleet, Share, shares
from benchmarks.gpu.size import Size
from benchmarks.served import CPU, POINTS

HOSTS = ["a:1", "b:1", "c:1", "d:1"]


@pytest.mark.parametrize(("sockets", "clients", "hosts"), [(2000, 8, 4), (64, 8, 1), (7, 3, 2), (2, 1, 2), (2, 3, 4)])
def test_everyone_has_as_many(sockets: int, clients: int, hosts: int) -> None:
    """Each WebSocket is there once, and no process of either side has two more than another."""
    parts = shares(sockets, clients, HOSTS[:hosts])
    seeds = [seed for its in parts for share in its for seed in share.seeds]
    assert sorted(seeds) == list(range(sockets))
    assert all(share.seeds for its in parts for share in its)  # nobody waits for nobody
    mine = [sum(len(share.seeds) for share in its) for its in parts]
    theirs = Counter(share.host for its in parts for share in its for _ in share.seeds)
    assert max(mine) - min(mine) <= 1
    assert max(theirs.values()) - min(theirs[host] for host in HOSTS[:hosts]) <= 1


class Service:
    """A process of the service, as far as it is asked: all its WebSockets are open, and a point costs so much."""

    def __init__(self, host: str, cost: float) -> None:
        self.host = host
        self._cost = cost
        self._points = 0

    def metrics(self) -> dict[str, float]:
        self._points += 1000
        memory = 300 * 2**20
        return {
            CPU: self._points * self._cost,
            POINTS: self._points,
            fleet.OPEN: 64,
            "process_resident_memory_bytes": memory,
        }


async def _place(share: Share) -> tuple[str, int]:
    await asyncio.sleep(0)
    return share.host, len(share.seeds)


def _fleet(free: int | None) -> Fleet:
    services = [Service(host, 5e-6) for host in HOSTS]
    size = replace(Size.small(torch.device("cpu")), clients=2, processes=(1, 4))
    return Fleet(cast("Any", services), cast("Any", ThreadPoolExecutor(2)), size, free)


def test_only_the_first_processes_are_asked() -> None:
    """Those that are measured, and the processor of no others counts."""
    running = _fleet(None)
    found, cost = running.ask(1, 6, _place)
    assert found == [("a:1", 3), ("a:1", 3)]
    assert cost == pytest.approx(5)
    found, cost = running.ask(4, 8, _place)
    assert sorted(found) == sorted((host, 1) for host in HOSTS for _ in range(2))
    assert cost == pytest.approx(5)


def test_memory_is_said_of_each_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the device what all of them took together, by their number; of a CPU there is none to say."""
    monkeypatch.setattr(fleet, "free_memory", lambda _: 10 * 2**30)
    found = _fleet(12 * 2**30).shape()
    assert found == {"mps": False, "device_memory_mib": 512.0, "resident_memory_mib": 300.0}
    monkeypatch.undo()
    assert _fleet(None).shape()["device_memory_mib"] is None
