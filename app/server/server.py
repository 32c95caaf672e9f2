"""Uvicorn's server, which on SIGTERM lets running drawings finish before it closes anything."""

import asyncio
import os
import signal
import socket
import threading
from functools import partial
from types import FrameType

import uvicorn

from app.application import create_app
from app.engine.metrics import Metrics
from app.routes.service import Service
from app.server.connection import Connection
from app.server.file_limit import Room
from app.server.log_writer import LogWriter
from app.server.peers import Peers
from app.server.websocket import Socket
from app.settings import Settings

ACCEPTED = 16  # connections in a turn of the event loop
CLOSING_SECONDS = 5  # for connections to close once the drawings are done
LAST_SECONDS = 20.0  # for all to end once the GPU failed: what waits for a card that hangs would wait for ever


class Server(uvicorn.Server):
    """Stops in two steps: the service drains, while it answers `/readyz` with 503; then connections are closed.

    It stops by itself once the GPU failed. It raises no signal again, as uvicorn's own server would.
    """

    def __init__(self, settings: Settings, room: Room | None = None, log: LogWriter | None = None) -> None:
        """`room`: for connections, if not as many as the settings say. `log`: its dropped lines are counted."""
        self.metrics = Metrics()
        if log is not None:
            log.on_drop = self.metrics.dropped_lines.inc
        room = Room(settings.connections_limit) if room is None else room
        self._app = create_app(settings, self.metrics)
        self._finishing: asyncio.Task[None] | None = None
        self.status = 0  # of the process
        super().__init__(
            uvicorn.Config(
                self._app,
                host=settings.host,
                port=settings.port,
                log_config=None,  # ours
                http=partial(Connection, peers=Peers.of(settings, room.connections)),  # type: ignore[arg-type] # what it calls
                limit_concurrency=room.connections,
                backlog=room.backlog,
                proxy_headers=False,  # the application reads them, wherever it runs
                access_log=False,  # a proxy's business; the log stays short enough to read
                ws=Socket,
                ws_max_size=settings.max_message,
                ws_per_message_deflate=False,  # messages are small, and it costs more time than decoding
                timeout_graceful_shutdown=CLOSING_SECONDS,
            )
        )

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start; then listen by more than one handle, for uvloop accepts one connection of each in a turn of the loop.

        Whoever comes after hundreds of others would wait for as many turns, before anybody can tell who it is.
        """
        await super().startup(sockets)
        loop = asyncio.get_running_loop()
        if not type(loop).__module__.startswith("uvloop"):
            return

        def protocol() -> asyncio.Protocol:
            return self.config.http_protocol_class(  # type: ignore[call-arg] # as uvicorn calls it
                config=self.config, server_state=self.server_state, app_state=self.lifespan.state
            )

        for listening in [each for server in self.servers for each in server.sockets]:
            for _ in range(ACCEPTED - 1):
                handle = socket.socket(fileno=os.dup(listening.fileno()))
                self.servers.append(await loop.create_server(protocol, sock=handle, backlog=self.config.backlog))

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """The first signal begins to drain; an interrupt after that ends it at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to end."""
        service: Service = self._app.state.service
        if service.is_lost and not self.status:
            self.should_exit, self.status = True, 1  # whoever watches over processes starts another
            last = threading.Timer(LAST_SECONDS, os._exit, [self.status])
            last.daemon = True
            last.start()
        if not await super().on_tick(counter):
            return False
        if self._finishing is None:
            self._finishing = asyncio.create_task(service.draining.finish())
        if self.force_exit:
            service.draining.give_up()
        return self.force_exit or self._finishing.done()
