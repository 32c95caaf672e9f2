"""What the engine wants of its process, and what the process may have of the machine."""

import os
import sys
from pathlib import Path

from app.engine.garbage import leave_be

SWITCH_SECONDS = 0.001  # for which the event loop may keep Python from the engine: the usual 0.005 is ten of its steps
GROUPS = Path("/sys/fs/cgroup")  # where Linux says what a container may have


def suit_process() -> None:
    """Suit the process to serving: whatever starts an application in a process of its own calls it before."""
    sys.setswitchinterval(SWITCH_SECONDS)
    leave_be()


def cpus(groups: Path = GROUPS) -> int:
    """CPUs that this process may use: not the machine's, where it has some of them only, or its container a quota."""
    own = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(own, int(_quota(groups))))


def _quota(groups: Path) -> float:
    """CPUs by the quota of the container: of cgroups 2, or of their first version; as many as there can be without."""
    for names in (["cpu.max"], ["cpu/cpu.cfs_quota_us", "cpu/cpu.cfs_period_us"]):
        try:
            quota, period = " ".join((groups / name).read_text() for name in names).split()
            return float(quota) / float(period) if float(quota) > 0 else os.cpu_count() or 1
        except (OSError, ValueError):  # there is none, or it says `max`
            continue
    return os.cpu_count() or 1
