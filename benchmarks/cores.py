"""Which cores a process has, so that a service and its clients do not take each other's."""

import os
from pathlib import Path


def take_core(process: int | str = "self", number: int = 0) -> None:
    """Let all threads of a process have one core, where the system allows it and there are more."""
    if len(cores := _cores()) > number + 1:
        for thread in Path(f"/proc/{process}/task").iterdir():
            os.sched_setaffinity(int(thread.name), [cores[number]])


def take_others(taken: int = 1) -> None:
    """Let this process have the other cores than the first ones, where there are more."""
    if len(cores := _cores()) > taken:
        os.sched_setaffinity(0, cores[taken:])


def _cores() -> list[int]:
    """Those that this process may use; none where the system does not say so."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
