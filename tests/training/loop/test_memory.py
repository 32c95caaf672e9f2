import platform
import subprocess
import sys

import pytest

ROUNDS = """
import resource, numpy
from training.loop.memory import keep_freed_memory

def faults():
    for turn in range(25):
        if turn == 20:
            before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
        numpy.ones(5_000_000)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before

given = faults()
keep_freed_memory()
print(given, faults())
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc's malloc can be told to")
def test_what_was_freed_is_used_again() -> None:
    """What is taken again and again comes from the process; otherwise the kernel gives it anew each time.

    Counted are pages from the kernel while 40 MB are taken, filled and freed five times, after twenty that find their
    places. (NumPy takes memory of malloc as torch does, and is imported in a twentieth of the time.)
    """
    done = subprocess.run([sys.executable, "-c", ROUNDS], capture_output=True, text=True, check=True)
    given, kept = map(int, done.stdout.split())
    assert kept < given / 10
