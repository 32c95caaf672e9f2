"""Interleaved times."""

import time

from benchmarks.timing import WARM_UPS, interleaved


def test_cases_take_turns() -> None:
    """After the warm-ups every case is called once in each round."""
    calls: list[str] = []
    cases = {name: lambda name=name: calls.append(name) for name in ("a", "b")}
    seconds = interleaved(cases, repeats=3)
    assert list(seconds) == ["a", "b"]
    assert calls == ["a"] * WARM_UPS + ["b"] * WARM_UPS + ["a", "b"] * 3


def test_the_median_is_the_time() -> None:
    """One slow call among several does not count."""
    calls = 0

    def sometimes_slow() -> None:
        nonlocal calls
        calls += 1
        time.sleep(0.5 if calls == WARM_UPS + 2 else 0.001)

    assert 0.001 <= interleaved({"case": sometimes_slow}, repeats=5)["case"] < 0.25
