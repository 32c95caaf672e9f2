"""How threads share a core in the simulation."""

import pytest
import simpy
from simpy.events import ProcessGenerator

from benchmarks.forecast.core import Core


def _ends(*works: tuple[str, float, float], slice_seconds: float = 1.0) -> dict[str, float]:
    """When each thread has had what it wants: its name, since when it wants it, and how much."""
    env = simpy.Environment()
    core, ends = Core(env, slice_seconds), dict[str, float]()

    def thread(name: str, since: float, seconds: float) -> ProcessGenerator:
        yield env.timeout(since)
        yield core.work(name, seconds)
        ends[name] = env.now

    for work in works:
        env.process(thread(*work))
    env.run()
    return ends


def test_one_thread_has_the_core_for_itself() -> None:
    """Slices are for those who share it."""
    assert _ends(("a", 0.5, 7.2)) == pytest.approx({"a": 7.7})


def test_threads_share_it_by_slices() -> None:
    """The one that wants less has its work done after twice the time, to a slice."""
    assert _ends(("a", 0.0, 10.0), ("b", 0.0, 3.0)) == pytest.approx({"a": 13.0, "b": 6.0})


def test_who_wakes_up_has_it_at_once() -> None:
    """And the other goes on after it, with nothing lost."""
    assert _ends(("a", 0.0, 2.0), ("b", 0.3, 0.4)) == pytest.approx({"a": 2.4, "b": 0.7})


def test_who_has_had_more_waits_for_the_other() -> None:
    """A thread that comes again at once has saved nothing up: both have half, whoever sleeps in between."""
    env = simpy.Environment()
    core, ends = Core(env, 0.1), list[float]()

    def often() -> ProcessGenerator:
        for _ in range(20):
            yield core.work("often", 1.0)
            yield env.timeout(0.01)
        ends.append(env.now)

    def long() -> ProcessGenerator:
        yield core.work("long", 10.0)
        ends.append(env.now)

    env.process(often())
    env.process(long())
    env.run()
    assert ends == pytest.approx([20.0, 30.1], abs=0.3)


def test_debts_end_when_nobody_wants_it() -> None:
    """Who had the core for long while it was free does not pay for it later."""
    env = simpy.Environment()
    core, ends = Core(env, 0.1), dict[str, float]()

    def thread(name: str, first: float, second: float) -> ProcessGenerator:
        yield core.work(name, first)
        yield env.timeout(20.0 - env.now)
        yield core.work(name, second)
        ends[name] = env.now

    env.process(thread("rich", 10.0, 1.0))
    env.process(thread("poor", 0.1, 5.0))
    env.run()
    assert ends == pytest.approx({"rich": 22.0, "poor": 26.0}, abs=0.11)
