"""What spares the tests of a benchmark a process for each part of it."""

import logging
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol, cast

import pytest

from app.server.log_writer import LogWriter
from app.server.logs import OneLine
from benchmarks.served import Served
from tests.app.real import Real, real


class InProcess(Protocol):
    """Lets a benchmark have its service and its clients in threads of the test."""

    def __call__(self, module: ModuleType) -> None: ...


@pytest.fixture
def in_process(monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """The figures are worth nothing then, but whether they are there is as sure, and PyTorch is imported once."""

    def patch(module: ModuleType) -> None:
        if hasattr(module, "served"):
            monkeypatch.setattr(module, "served", served)
        monkeypatch.setattr(module, "ProcessPoolExecutor", lambda workers, *_: ThreadPoolExecutor(workers))

    return patch


@contextmanager
def served(checkpoints: Path, *, log: int | None = None, program: str = "app", **settings: Any) -> Iterator[Served]:
    """As `benchmarks.served.served`, but in a thread; its log is the test's, and goes to that file, too."""
    assert program == "app"  # another is for a process of its own
    settings.pop("log_level", None)
    with real(checkpoints, **settings) as running, _logged(log):
        yield Served(running.host, cast("Any", _Here(running)))


@contextmanager
def _logged(file: int | None) -> Iterator[None]:
    """As the service's command logs."""
    if file is None or file < 0:  # none, or nowhere
        yield
        return
    root, level = logging.getLogger(), logging.getLogger().level
    handler = LogWriter(file)
    handler.setFormatter(OneLine("%(levelname)s %(message)s"))
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
        handler.close()


class _Here:
    """The service of a thread, as far as a benchmark asks for that of a process."""

    pid = os.getpid()

    def __init__(self, running: Real) -> None:
        self._running = running

    def send_signal(self, _number: int) -> None:
        self._running.server.should_exit = True

    def wait(self, seconds: float) -> int:
        self._running.thread.join(seconds)
        return int(self._running.thread.is_alive())
