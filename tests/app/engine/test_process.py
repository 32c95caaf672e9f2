import gc
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.engine import garbage
from app.engine.process import SWITCH_SECONDS, cpus, suit_process
from tests.app.tiny import client_of, until


@pytest.fixture
def fresh() -> Iterator[None]:
    """A process that nobody has suited to anything, and that is left so."""
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    gc.unfreeze()
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)
    gc.unfreeze()


@pytest.mark.usefixtures("fresh")
def test_garbage_is_collected_by_the_application(checkpoints: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under any server: in a process that was suited to it; in a program of others Python does that as ever."""
    ticks = list[bool]()
    monkeypatch.setattr(garbage, "TICK_SECONDS", 0)
    monkeypatch.setattr(garbage.Garbage, "tick", lambda _self, _now, *, is_quiet: ticks.append(is_quiet))
    with client_of(checkpoints) as client:
        client.get("/healthz")
        assert not ticks
    suit_process()
    assert gc.get_freeze_count() > 100_000
    assert sys.getswitchinterval() == pytest.approx(SWITCH_SECONDS)
    with client_of(checkpoints):
        until(lambda: True in ticks)


@pytest.mark.parametrize(
    ("files", "found"),
    [
        ({}, 8),
        ({"cpu.max": "max 100000\n"}, 8),
        ({"cpu.max": "250000 100000\n"}, 2),
        ({"cpu.max": "50000 100000\n"}, 1),
        ({"cpu.max": "nonsense"}, 8),
        ({"cpu/cpu.cfs_quota_us": "-1\n", "cpu/cpu.cfs_period_us": "100000\n"}, 8),
        ({"cpu/cpu.cfs_quota_us": "400000\n", "cpu/cpu.cfs_period_us": "100000\n"}, 4),
    ],
    ids=str,
)
def test_the_quota_of_a_container_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: dict[str, str], found: int
) -> None:
    """Of the CPUs of a machine a container may have some; less than one is one."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: set(range(8)), raising=False)
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    assert cpus(tmp_path) == found


def test_the_affinity_of_the_process_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it may run on two CPUs these are all that it has; systems without affinity have those of the machine."""
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    monkeypatch.setattr(os, "sched_getaffinity", lambda _pid: {3, 5}, raising=False)
    assert cpus(tmp_path) == 2
    monkeypatch.delattr(os, "sched_getaffinity")
    assert cpus(tmp_path) == 8
