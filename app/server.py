"""Uvicorn's server, which on SIGTERM lets running drawings finish before it closes anything."""

import signal
import time
from types import FrameType

import uvicorn

from app.service import Service

CLOSING_SECONDS = 5  # for connections to close once the drawings are done


class Server(uvicorn.Server):
    """Stops in two steps: the service drains, up to the grace time, while it answers `/readyz` with 503; then it ends.

    Ends with status 0: uvicorn's own server would raise the signal again.
    """

    def __init__(self, config: uvicorn.Config, *, grace: float) -> None:
        """`grace`: seconds for running drawings to finish."""
        super().__init__(config)
        self._grace = grace
        self._give_up: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """The first signal begins to drain; an interrupt after that ends it at once."""
        self.force_exit = self.should_exit and sig == signal.SIGINT
        self.should_exit = True

    async def on_tick(self, counter: int) -> bool:
        """Ten times a second: whether to end."""
        if not await super().on_tick(counter):
            return False
        service: Service | None = getattr(self.config.app.state, "service", None)  # type: ignore[union-attr]
        if service is None or self.force_exit:
            return True
        if self._give_up is None:
            service.drain()
            self._give_up = time.monotonic() + self._grace
        return service.is_idle() or time.monotonic() >= self._give_up
