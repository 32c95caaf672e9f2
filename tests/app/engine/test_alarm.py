"""One timer for all deadlines."""

import asyncio
import time
from collections.abc import Callable
from math import inf
from typing import Any, cast

import pytest

from app.engine.alarm import SLACK, Alarm


class Timers:
    """An event loop that keeps its timers until the test lets them fire."""

    def __init__(self) -> None:
        self.pending: list[tuple[float, Callable[[], None]]] = []

    def call_later(self, delay: float, callback: Callable[[], None]) -> Any:
        self.pending.append((delay, callback))
        return self

    def cancel(self) -> None:
        self.pending.pop()

    def fire(self) -> None:
        [(_, callback)] = self.pending
        self.pending.clear()
        callback()


@pytest.fixture
def timers(monkeypatch: pytest.MonkeyPatch) -> Timers:
    monkeypatch.setattr(time, "monotonic", lambda: 100.0)
    return Timers()


def test_there_is_one_timer(timers: Timers) -> None:
    """For the earliest time, whatever else it is set to; and none for a time that never comes."""
    alarm = Alarm(cast("asyncio.AbstractEventLoop", timers), lambda: inf)
    alarm.set(inf)
    assert timers.pending == []
    for at in (130.0, 131.0, 120.0, 125.0):
        alarm.set(at)
        assert [delay for delay, _ in timers.pending] == pytest.approx([(20 if at < 130 else 30) + SLACK])


def test_it_is_set_again_while_there_is_something_to_wait_for(timers: Timers) -> None:
    """Each time it rings it is told the next time; when there is none it waits to be set."""
    rung = iter([150.0, inf])
    alarm = Alarm(cast("asyncio.AbstractEventLoop", timers), lambda: next(rung))
    alarm.set(130)
    timers.fire()
    assert [delay for delay, _ in timers.pending] == pytest.approx([50 + SLACK])
    timers.fire()
    assert timers.pending == []
    alarm.set(140)
    assert [delay for delay, _ in timers.pending] == pytest.approx([40 + SLACK])
