import gc
import subprocess
import sys

from app.engine.garbage import BUSY_SECONDS, QUIET_SECONDS, Garbage


def test_garbage_is_collected_once_nobody_waits() -> None:
    """A pause for all threads is made while nobody is there to notice it, and not again at once."""
    collected: list[int] = []
    garbage = Garbage(0.0, lambda: collected.append(1))
    garbage.tick(QUIET_SECONDS, is_quiet=False)
    assert not collected
    garbage.tick(QUIET_SECONDS + 1, is_quiet=True)
    garbage.tick(QUIET_SECONDS + 2, is_quiet=True)
    assert collected == [1]


def test_garbage_is_collected_while_there_is_no_rest() -> None:
    """A service that is never quiet does not keep for ever what clients left behind."""
    collected: list[int] = []
    garbage = Garbage(0.0, lambda: collected.append(1))
    for tick in range(int(2 * BUSY_SECONDS) + 1):
        garbage.tick(float(tick), is_quiet=False)
    assert collected == [1, 1]


def test_bursts_are_not_looked_through() -> None:
    """Thousands of objects that come and go at once, as those of a moment's drawings do, are let go unseen."""
    code = (
        "import gc; from app.engine.garbage import leave_be; gc.collect(); leave_be();"
        "before = gc.get_stats()[0]['collections'];"
        "[len([[] for _ in range(5_000)]) for _ in range(100)];"
        "now = gc.get_stats()[0]['collections'];"
        "assert now == before, now - before"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_python_does_not_look_through_all_by_itself() -> None:
    """In a process that left it be, only young objects are looked through, however many come."""
    code = (
        "import gc; from app.engine.garbage import leave_be; leave_be();"
        "before = [each['collections'] for each in gc.get_stats()];"
        "kept = [[] for _ in range(200_000)];"
        "now = [each['collections'] for each in gc.get_stats()];"
        "assert gc.get_freeze_count() and now[1] > before[1] and now[2] == before[2], (before, now)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
    assert gc.get_threshold()[2] < 2**30, "and only in that process"
