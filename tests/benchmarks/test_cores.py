"""A service and its clients have cores of their own, where there are enough."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from benchmarks.cores import take_core, take_others

Given = dict[int, list[int]]  # cores by thread


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    """What is set, in place of the machine's: nothing changes for the tests."""
    found: Given = {}

    def keep(thread: int, cores: Iterable[int]) -> None:
        found[thread] = list(cores)

    monkeypatch.setattr(os, "sched_setaffinity", keep, raising=False)
    return found


def cores(monkeypatch: pytest.MonkeyPatch, *numbers: int) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(numbers), raising=False)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="no /proc")
def test_all_threads_share_a_core(monkeypatch: pytest.MonkeyPatch, given: Given) -> None:
    """The one of that number among those that this process may use."""
    cores(monkeypatch, 4, 6, 9)
    take_core(os.getpid(), 1)
    assert os.getpid() in given
    assert set(map(tuple, given.values())) == {(6,)}


def test_others_have_what_is_left(monkeypatch: pytest.MonkeyPatch, given: Given) -> None:
    """By as many as are taken."""
    cores(monkeypatch, 4, 6, 9)
    take_others(2)
    assert given == {0: [9]}


def test_nobody_is_left_without_a_core(monkeypatch: pytest.MonkeyPatch, given: Given) -> None:
    """Where all would be taken everything stays as it is."""
    cores(monkeypatch, 4, 6)
    take_core(os.getpid(), 1)
    take_others(2)
    assert given == {}
