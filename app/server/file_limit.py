"""How many files this process may have open: each connection is one."""

import fcntl
import os
import resource
from contextlib import suppress
from dataclasses import dataclass

OWN = 64  # files that are no connections: the log, Redis, checkpoints while they are loaded
BACKLOG, SHORT_BACKLOG = 2048, 100  # connections that wait to be accepted: all may be at once, before any is refused
FEWEST = 1


@dataclass(frozen=True, slots=True)
class Room:
    """Connections that may be open, and how many more may wait to be accepted."""

    connections: int
    backlog: int = BACKLOG

    @property
    def files(self) -> int:
        """Files that may be open at once."""
        return self.connections + self.backlog + OWN


def room_for(wanted: int, files: int | None) -> Room:
    """Room for the connections that are wanted, or for as many as so many files allow; None is no limit.

    Beyond its limit of files a process can accept a connection only to drop it. So what may be accepted at once, and is
    answered that there are too many, has to fit too; others wait until they are accepted.
    """
    if files is None or files >= wanted + BACKLOG + OWN:
        return Room(wanted)
    return Room(max(FEWEST, min(wanted, files - SHORT_BACKLOG - OWN)), SHORT_BACKLOG)


def too_few(room: Room, wanted: int) -> str:
    """What to tell a person where there is less room than was wanted."""
    return (
        f"the limit of open files leaves room for {room.connections} connections, not for INKSTREAM_CONNECTIONS_LIMIT="
        f"{wanted}: raise it to {wanted + BACKLOG + OWN} (ulimit -n, LimitNOFILE of systemd, nofile of Docker)"
    )


def raise_file_limit() -> int | None:
    """Let the process open as many files as it may allow itself; how many these are, None for no limit."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
        except (OSError, ValueError):  # macOS has a lower limit of the kernel's beside a hard one of infinity
            pass
    return None if soft == resource.RLIM_INFINITY else soft


def make_table(files: int) -> None:
    """Let the process's table of open files have room for so many from now on.

    Linux doubles it as it fills, and a process with threads waits each time until every processor has looked up
    (`synchronize_rcu`). The event loop would, at the 256th, 512th and 1,024th connection of a crowd: for some dozen
    milliseconds, and up to a second where the machine is busy.
    """
    some = os.open(os.devnull, os.O_RDONLY)
    with suppress(OSError, ValueError):  # there may be fewer, or this system has no such limit
        os.close(fcntl.fcntl(some, fcntl.F_DUPFD_CLOEXEC, files - 1))
    os.close(some)
