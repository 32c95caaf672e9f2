"""What the routes share for as long as the service runs: its settings, its engine, its catalogue."""

import asyncio
import logging

import torch
from starlette.requests import Request

from app.catalogue import Catalogue, load_catalogue
from app.engine import Engine
from app.errors import NotReady, SettingsError
from app.metrics import Metrics
from app.scheduler import Limits
from app.settings import Settings
from model.decode import draw

log = logging.getLogger(__name__)

WARM_POINTS = 32  # enough steps for TorchScript to specialise its code, which it does in the first few calls


def device_of(settings: Settings) -> str:
    """`cpu` or `cuda`. Raises SettingsError where CUDA is asked for and there is none."""
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise SettingsError("INKSTREAM_DEVICE is 'cuda', but PyTorch finds no CUDA device")
    if settings.device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return settings.device


def prepare(settings: Settings, device: str) -> Catalogue:
    """Load the catalogue and draw once by each checkpoint, so that the first request is as fast as the next."""
    catalogue = load_catalogue(settings.checkpoints, device)
    for checkpoint in catalogue.checkpoints():
        card, points = checkpoint.card, min(WARM_POINTS, checkpoint.card.max_points)
        draw(checkpoint.module, [0], temp_xy=card.temp_xy, temp_p=card.temp_p, max_points=points, device=device)
    if not len(catalogue):
        log.error("no checkpoint under %s can be served", settings.checkpoints)
    return catalogue


class Service:
    """Started and stopped with the application; loads its catalogue in the engine's thread meanwhile."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        limits = Limits(waiting=settings.queue_limit, running=settings.batch_limit)
        self.engine = Engine(threads=settings.threads, limits=limits, deadline=settings.deadline, metrics=self.metrics)
        self._loading: asyncio.Task[Catalogue] | None = None

    async def start(self) -> None:
        """Start the engine and begin to load. Raises SettingsError where the device is not there."""
        device = device_of(self.settings)
        self.engine.start()
        self._loading = asyncio.create_task(self.engine.run(lambda: prepare(self.settings, device)))
        self._loading.add_done_callback(_log_failure)

    async def stop(self) -> None:
        """End the engine; whatever is not drawn yet is answered with ShuttingDown."""
        await asyncio.to_thread(self.engine.close)
        if self._loading is not None:
            await asyncio.wait({self._loading})

    async def catalogue(self) -> Catalogue:
        """The loaded catalogue; waits for it up to the deadline. Raises NotReady."""
        if self._loading is not None:
            await asyncio.wait({self._loading}, timeout=self.settings.deadline)
        return self.loaded()

    def loaded(self) -> Catalogue:
        """The catalogue, if it is loaded and warm and has something to draw. Raises NotReady."""
        if self._loading is None or not self._loading.done():
            raise NotReady("Checkpoints are being loaded.")
        if self._loading.cancelled() or self._loading.exception() is not None:
            raise NotReady("Checkpoints could not be loaded; the log says why.")
        if not len(self._loading.result()):
            raise NotReady("No checkpoint could be loaded; the log says why.")
        return self._loading.result()


def _log_failure(loading: asyncio.Task[Catalogue]) -> None:
    if not loading.cancelled() and (error := loading.exception()) is not None:
        log.error("checkpoints could not be loaded", exc_info=error)


def service_of(request: Request) -> Service:
    """The service of the application that answers this request."""
    service: Service = request.app.state.service
    return service
