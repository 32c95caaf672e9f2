"""Connections of many clients at once, on a real socket."""

import socket
import threading
from contextlib import ExitStack
from pathlib import Path

from app.server.server import ACCEPTED
from tests.app.real import real
from tests.app.tiny import PATIENCE, until

TURNS = 3


def test_connections_that_come_together_are_accepted_together(checkpoints: Path) -> None:
    """So many clients that came while the event loop was busy are there some turns later, not one a turn."""
    with real(checkpoints) as running, ExitStack() as clients:
        loop, connections = running.service.engine._loop, running.server.server_state.connections
        assert loop is not None
        seen, come = list[int](), threading.Event()

        def look() -> None:
            seen.append(len(connections))
            if len(seen) <= TURNS:
                loop.call_soon(look)

        def wait_for_all() -> None:
            come.wait(PATIENCE)
            look()

        until(lambda: not connections)
        loop.call_soon_threadsafe(wait_for_all)
        host, port = running.host.split(":")
        for _ in range(ACCEPTED):
            clients.enter_context(socket.create_connection((host, int(port))))
        come.set()
        until(lambda: len(seen) > TURNS)
        assert seen[-1] - seen[0] == ACCEPTED
