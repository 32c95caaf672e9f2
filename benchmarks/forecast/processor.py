"""Processor time, from Linux's `/proc`: of the threads of a process, and of everything on some cores."""

import os
from pathlib import Path

from benchmarks.forecast.costs import ForecastError

IDLE = (3, 4)  # of the times of a core: idle, and idle while a disk is waited for
COUNTED = 8  # times, stolen ones the last of them; those after that are among the others already


def thread_seconds(process: int) -> dict[int, float]:
    """Seconds that each thread of a process has run, by its number; its first thread has that of the process."""
    try:
        threads = list(Path(f"/proc/{process}/task").iterdir())
        return {int(thread.name): int((thread / "schedstat").read_text().split()[0]) / 1e9 for thread in threads}
    except (OSError, ValueError, IndexError):
        raise ForecastError("the processor time of threads cannot be had here: calibrate on Linux") from None


def core_seconds(core: int) -> float:
    """Seconds for which a core was not free: with whatever it was, and those that the host gave to others."""
    try:
        [line] = [line for line in Path("/proc/stat").read_text().splitlines() if line.startswith(f"cpu{core} ")]
    except (OSError, ValueError):
        raise ForecastError("how busy a core is cannot be had here: measure on Linux") from None
    times = [int(time) for time in line.split()[1 : 1 + COUNTED]]
    return sum(time for i, time in enumerate(times) if i not in IDLE) / os.sysconf("SC_CLK_TCK")
