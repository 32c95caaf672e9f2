"""A process that draws large pictures in pixels, so that nobody else's answer waits for Python while it does.

Threads share one Python: while one of them fills a sheet of GIFs, the event loop and the engine get their turns of it
only in between. The process has the lowest claim on the processor, for who asks for much can wait.
"""

import logging
import os
import signal
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from threading import Lock

log = logging.getLogger(__name__)

SMALL = 100  # cost up to which work is small: some 30 ms of a processor
NICE = 10  # behind those that answer, before what has no hurry at all


class Aside:
    """One process, begun when it is first needed. May be used by several threads."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._process: ProcessPoolExecutor | None = None

    def write(self, function: Callable[..., bytes], cost: int, *arguments: object, **named: object) -> bytes:
        """What a function makes of the arguments: there if that costs much, else here."""
        work = partial(function, *arguments, **named)
        return self.run(work) if cost > SMALL else work()

    def run(self, write: partial[bytes]) -> bytes:
        """What `write` makes, there; here where the process ended under it, as for lack of memory."""
        try:
            return self._begun().submit(write).result()
        except (BrokenExecutor, OSError) as error:
            log.warning("the process for large pictures ended: %s", type(error).__name__)
            self.close()
            return write()

    def close(self) -> None:
        """End the process; the next large picture begins another."""
        with self._lock:
            process, self._process = self._process, None
        if process is not None:
            process.shutdown(cancel_futures=True)

    def _begun(self) -> ProcessPoolExecutor:
        with self._lock:
            if self._process is None:
                self._process = ProcessPoolExecutor(1, get_context("spawn"), initializer=_begin)
            return self._process


def _begin() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; the service says when this ends
    with suppress(AttributeError, OSError):  # Windows has no such call
        os.nice(NICE)


ASIDE = Aside()
