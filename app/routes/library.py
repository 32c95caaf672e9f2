"""What the service can draw: its catalogue, and the networks and the recogniser that it loads for it."""

import asyncio
import logging
from functools import partial

from app.catalogue.catalogue import SURPRISE, Catalogue, read_catalogue
from app.catalogue.checkpoint_cache import CheckpointCache
from app.catalogue.recogniser import read_recogniser
from app.catalogue.subject import Subject
from app.catalogue.trust import trust_of
from app.engine.recognition import Recognition
from app.errors import NotReady, TooLate, UnknownCategory, Unloadable
from app.formats.version import code_digest
from app.settings import Settings
from model.checkpoint import Checkpoint
from model.names import match_key

log = logging.getLogger(__name__)

MIB = 2**20


class Library:
    """Reads the catalogue and loads the first networks once it is started; others when they are first wanted."""

    def __init__(self, settings: Settings, device: str, recognition: Recognition) -> None:
        """`recognition`: is given its recogniser. `device`: of the networks."""
        self.cache = CheckpointCache(budget=settings.memory_budget * MIB, device=device)
        self._settings = settings
        self._recognition = recognition
        self._loading: asyncio.Task[Catalogue] | None = None

    @property
    def bytes(self) -> int:
        """Memory of all that is loaded."""
        return self.cache.bytes + self._recognition.bytes

    def start(self) -> None:
        """Begin to load."""
        self._loading = asyncio.create_task(self._load())
        self._loading.add_done_callback(_log_failure)

    async def close(self) -> None:
        """Wait for what is being loaded."""
        if self._loading is not None:
            await asyncio.wait({self._loading})
        await self.cache.close()

    async def catalogue(self) -> Catalogue:
        """The catalogue; waits for it up to the deadline. Raises NotReady."""
        if self._loading is not None and not self._loading.done():
            await asyncio.wait({self._loading}, timeout=self._settings.deadline)
        return self.loaded()

    async def subject(self, category: str, system: str | None, seed: int | None = None) -> Subject:
        """What a system, or the default one, draws of a category; of any, that `seed` picks, for `surprise`.

        Raises UnknownCategory, UnknownSystem or NotReady.
        """
        catalogue = await self.catalogue()
        try:
            return catalogue.find(category).subject(system)
        except UnknownCategory:
            if match_key(category) != SURPRISE:
                raise
            return catalogue.surprise(system, seed)

    async def network(self, subject: Subject) -> Checkpoint:
        """The network that draws a subject. Raises TooLate or Unloadable."""
        if subject.network in self.cache:
            return await self.cache.get(subject.network)
        try:
            async with asyncio.timeout(self._settings.deadline):
                return await self.cache.get(subject.network)
        except TimeoutError:
            raise TooLate(f"The checkpoint was not loaded within {self._settings.deadline:g} seconds.") from None

    def loaded(self) -> Catalogue:
        """The catalogue, if it is read and warm and has something to draw. Raises NotReady."""
        if self._loading is None or not self._loading.done():
            raise NotReady("Checkpoints are being loaded.")
        if self._loading.cancelled() or self._loading.exception() is not None:
            raise NotReady("Checkpoints could not be loaded; the log says why.")
        catalogue = self._loading.result()
        if not len(catalogue):
            raise NotReady("No checkpoint could be loaded; the log says why.")
        return catalogue

    async def _load(self) -> Catalogue:
        """Read the catalogue; load the recogniser, and as many checkpoints as the settings say and the budget holds."""
        settings = self._settings
        trust = trust_of(settings.trusted_hashes, settings.writable_checkpoints)
        catalogue = await asyncio.to_thread(read_catalogue, *settings.checkpoints, trust=trust)
        await self._recognition.open(partial(read_recogniser, settings.checkpoints, trust))
        self.cache.reserve(self._recognition.bytes)
        await asyncio.to_thread(code_digest)  # before the first drawing wants it
        networks, broken = catalogue.networks(), 0
        for network in networks[: settings.preload]:
            loaded = len(self.cache)
            try:
                await self.cache.get(network)
            except Unloadable:  # the log says why; others draw meanwhile
                broken += 1
                continue
            if len(self.cache) <= loaded:
                break
        if broken == len(networks):
            log.error("no checkpoint under %s can be served", " or ".join(map(str, settings.checkpoints)))
            return Catalogue([], catalogue.refused)
        return catalogue


def _log_failure(loading: asyncio.Task[Catalogue]) -> None:
    if not loading.cancelled() and (error := loading.exception()) is not None:
        log.error("checkpoints could not be loaded", exc_info=error)
