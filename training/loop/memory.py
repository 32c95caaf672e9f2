"""Memory that one step of training frees stays in the process for the next."""

import ctypes
import platform

M_TRIM_THRESHOLD, M_MMAP_MAX = -1, -4  # names of glibc's malloc.h
NO_LIMIT = 2**31 - 1  # the largest int: bytes that may lie free before any go back


def keep_freed_memory() -> None:
    """From now on malloc gives nothing back to the kernel; without effect where there is no glibc.

    A step takes and frees tens of megabytes at a time. By default pieces of that size go back to the kernel and come
    again as pages that it has to zero: at H = 512 that was an eighth of a step. The process then stays as large as its
    largest steps made it, which suits a command that trains and ends, and no service.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    libc = ctypes.CDLL(None)
    libc.mallopt(M_MMAP_MAX, 0)
    libc.mallopt(M_TRIM_THRESHOLD, NO_LIMIT)
