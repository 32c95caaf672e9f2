"""One service on a Ray cluster: the application that `python -m app` serves, with the device that Ray gave it."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import ray
from fastapi import FastAPI

from app.application import create_app
from app.engine.metrics import Metrics
from app.engine.process import suit_process
from app.routes.service import Service
from app.server.logs import set_up_logs
from app.settings import Settings, read_settings
from inkstream.cluster.figures import Figures
from inkstream.cluster.stopping import when_stopped

log = logging.getLogger(__name__)


class Replica:
    """What Ray Serve starts on each device. Serve runs the application's lifespan, and asks whether it is well."""

    def __init__(self, said: Mapping[str, Any]) -> None:
        """`said`: settings that go above the environment's."""
        self._settings = settings_of(said, ray.get_runtime_context().get_assigned_resources())
        self._metrics = Metrics()
        writer = set_up_logs(self._settings.log_level, self._settings.log_format)
        writer.on_drop = self._metrics.dropped_lines.inc
        self._app = create_app(self._settings, self._metrics)
        suit_process()
        self._figures = Figures(self._metrics.registry)
        self._loop = asyncio.get_running_loop()
        when_stopped(lambda: self._loop.call_soon_threadsafe(self._drain))

    def __serve_build_asgi_app__(self) -> FastAPI:
        """The application, for Serve to run."""
        return self._app

    async def check_health(self) -> None:
        """Waits, up to the deadline, for the checkpoints at first. Raises NotReady where nothing can be drawn."""
        self._service.check()
        await self._service.library.catalogue()
        self._figures.start()

    @property
    def _service(self) -> Service:
        service: Service = self._app.state.service
        return service

    def _drain(self) -> None:
        """Let the sockets go now, and cut off after the grace time what runs; Serve would do it without a word."""
        log.info("Serve stops this replica: what runs is finished")
        draining = self._service.draining
        draining.begin(refuse=False)  # some requests may be on their way from Serve's proxies
        self._loop.call_later(self._settings.grace, draining.give_up)


def settings_of(said: Mapping[str, Any], resources: Mapping[str, float]) -> Settings:
    """The environment's settings, but for those that are said, on a part of a machine.

    Threads and device are the replica's, not the machine's, where nobody says others: all cores but one, and CUDA only
    for a replica that Ray gave a part of a GPU. Raises SettingsError.
    """
    given = read_settings()
    own: dict[str, Any] = {}
    if "threads" not in given.model_fields_set:
        own["threads"] = max(1, int(resources.get("CPU", 1)) - 1)
    if given.device == "auto":
        own["device"] = "cuda" if resources.get("GPU") else "cpu"
    return read_settings({**own, **said})
