"""The service behind a real socket, in a thread of the test."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.routes.service import Service
from app.server.server import Server
from tests.app.tiny import is_ready, settings_for, until


@dataclass
class Real:
    """A server that runs, and the thread that it runs in."""

    server: Server
    thread: threading.Thread

    @property
    def host(self) -> str:
        """Where it listens."""
        port: int = self.server.servers[0].sockets[0].getsockname()[1]
        return f"127.0.0.1:{port}"

    @property
    def service(self) -> Service:
        """What its routes share."""
        service: Service = self.server._app.state.service
        return service

    def state(self) -> str:
        """The state of its engine."""
        return repr(self.service.engine)


@contextmanager
def turns(running: Real) -> Iterator[list[float]]:
    """How long the event loop let those wait who came meanwhile, again and again, in seconds of its own processor time.

    That the machine gives time to other processes does not count.
    """
    loop, found = running.service.engine._loop, list[float]()
    assert loop is not None
    ended = threading.Event()

    def look(before: float) -> None:
        now = time.thread_time()
        found.append(now - before)
        if not ended.is_set():
            loop.call_later(0.001, look, now)

    loop.call_soon_threadsafe(lambda: look(time.thread_time()))
    try:
        yield found
    finally:
        ended.set()


@contextmanager
def real(checkpoints: Path | str, *, port: int = 0, **changes: Any) -> Iterator[Real]:
    """A ready service, on a free port unless one is named; told to stop at the end, and then all of it has to end."""
    server = Server(settings_for(checkpoints, port=port, **changes))
    thread = threading.Thread(target=server.run)
    thread.start()
    running = Real(server, thread)
    try:
        until(lambda: server.started or not thread.is_alive())
        until(lambda: is_ready(running.service))
        yield running
    finally:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive(), "it does not stop"
