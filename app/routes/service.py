"""What the routes share while the service runs: its settings, what it can draw, its engine and metrics."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import partial

from starlette.requests import HTTPConnection

from app.catalogue.catalogue import Catalogue
from app.engine.chooser import Chooser
from app.engine.device import device_of
from app.engine.draining import Draining
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.process import cpus
from app.engine.recognition import Recognition
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from app.errors import NotReady, ShuttingDown, TooManySockets
from app.formats.listing import Listing
from app.formats.render_pool import Lane, RenderPool
from app.middleware.client_limits import Client, ClientLimits
from app.pools.memory import MemoryPools
from app.pools.pools import Pools
from app.pools.redis_link import RedisLink
from app.pools.redis_store import RedisPools
from app.pools.refill import Refiller
from app.pools.store import Sizes
from app.pools.thumbnails import Thumbnails
from app.routes.allowance import most_of_each, rates_of
from app.routes.library import MIB, Library
from app.routes.pacer import Pacer
from app.settings import Settings
from model.drawing import Drawing

log = logging.getLogger(__name__)

DrawCall = Callable[[], Awaitable[list[Drawing]]]  # drawings, once they are wanted

MOST_LISTINGS = 4  # a service has one, and perhaps one more behind each proxy


class Service:
    """Started and stopped with the application; what it can draw is loaded meanwhile."""

    def __init__(self, settings: Settings, metrics: Metrics) -> None:
        self.settings = settings
        self.metrics = metrics
        device = device_of(settings.device)
        limits = Limits.of(device, waiting=settings.queue_limit, running=settings.batch_limit)
        self.engine = Engine(threads=settings.threads, limits=limits, deadline=settings.deadline, metrics=self.metrics)
        self._redis = RedisLink(settings.redis_url, metrics) if settings.redis_url else None
        self.rates = rates_of(settings, self._redis)
        self.clients = ClientLimits(most_of_each(settings), metrics)
        self.recognition = Recognition(settings.queue_limit, settings.deadline, metrics)
        self.library = Library(settings, device, self.recognition)
        self.chooser = Chooser(self.engine, self.recognition)
        metrics.sockets_limit.set(settings.sockets_limit)
        metrics.loaded.set_function(self.library.cache.__len__)
        metrics.loaded_bytes.set_function(lambda: self.library.bytes)
        self.render_pool = RenderPool(settings.queue_limit, metrics)
        self.pools = self._pools()
        self.thumbnails = Thumbnails()
        self._listings: dict[str, Listing] = {}  # by the prefix of their addresses
        self.sockets = 0
        self.pacer = Pacer()
        self.draining = Draining(self.engine, settings.grace, lambda: bool(self.render_pool.taken))
        self._greeting: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Start the engine and begin to load."""
        log.info("%d of %d CPUs decode", self.settings.threads, cpus())
        self.engine.start()
        if self.pools is not None:
            self.pools.start()
        if self._redis is not None:
            self._greeting = asyncio.create_task(self._redis.greet())
        self.library.start()

    async def draw(self, client: Client, requests: Sequence[DrawRequest], best: int = 1) -> list[Drawing]:
        """Drawings for a client, each the best of so many. Raises ClientLimited, or what `Chooser.draw` does."""
        async with self.clients.turn(client, len(requests) * best):
            return await self.chooser.draw(requests, best, owner=self.clients.owner(client))

    async def picture(
        self, client: Client, draw: DrawCall, write: Callable[[list[Drawing]], bytes], cost: int
    ) -> bytes:
        """What `write` makes of drawings, in a thread. Raises as `turn`, or what drawing does."""
        async with self.turn(client, cost) as lane:
            return await lane.run(partial(write, await draw()))

    @asynccontextmanager
    async def turn(self, client: Client, cost: int) -> AsyncIterator[Lane]:
        """A client's turn of a thread, for work of this cost. Raises ClientLimited, or what `RenderPool.turn` does."""
        with self.clients.holding(client, "pictures"):
            async with self.render_pool.turn(self.settings.deadline, client=client, cost=cost) as lane:
                yield lane

    @contextmanager
    def socket(self, client: Client) -> Iterator[None]:
        """Counts a WebSocket while it is open. Raises TooManySockets, ClientLimited or ShuttingDown."""
        if self.draining.refuses:
            raise ShuttingDown("The service is shutting down.")
        if self.sockets >= self.settings.sockets_limit:
            raise TooManySockets(f"{self.sockets} WebSockets are open, which is the limit.")
        give = self.clients.take(client, "websockets")
        self.sockets += 1
        self.metrics.sockets.set(self.sockets)
        try:
            yield
        finally:
            give()
            self.sockets -= 1
            self.metrics.sockets.set(self.sockets)

    async def stop(self) -> None:
        """Drain, unless that is done; then end the engine. What is not drawn by then gets ShuttingDown."""
        await self.draining.finish()
        if self.pools is not None:
            await self.pools.close()
        await self.rates.close()
        if self._greeting is not None:
            await self._greeting
        if self._redis is not None:
            await self._redis.close()
        await asyncio.to_thread(self.engine.close)
        await self.recognition.close()
        await self.thumbnails.close()
        await self.render_pool.close()
        await self.library.close()

    async def listing(self, prefix: str = "") -> Listing:
        """What `GET /categories` says; written anew once a network cannot be loaded, or can again. Raises NotReady.

        `prefix` is the path below which the client reaches the service; few of them are remembered.
        """
        catalogue = await self.library.catalogue()
        listing = self._listings.get(prefix)
        if listing is None or listing.failed != self.library.cache.failed:
            if len(self._listings) >= MOST_LISTINGS:
                self._listings.clear()
            listing = self._listings[prefix] = Listing(
                catalogue, self.library.cache.failed, prefix, chosen_by=self.chooser.chosen_by
            )
        return listing

    @property
    def is_lost(self) -> bool:
        """Whether the GPU failed, so that only a new process can draw again."""
        return self.engine.is_lost or self.library.cache.lost

    def check(self) -> None:
        """Raises NotReady where the GPU failed."""
        if self.is_lost:
            raise NotReady("The GPU failed, and the service ends.")

    def ready(self) -> Catalogue:
        """The same, while nothing hinders new drawings. Raises NotReady."""
        self.check()
        if self.draining.begun:
            raise NotReady("The service is shutting down.")
        return self.library.loaded()

    def _pools(self) -> Pools | None:
        """Ready drawings, if any are to be kept."""
        settings = self.settings
        if not settings.pool_size:
            return None
        sizes = Sizes(settings.pool_size, settings.pool_limit, settings.pool_budget * MIB, settings.pool_idle)
        store = MemoryPools(sizes) if self._redis is None else RedisPools(self._redis, sizes)
        return Pools(store, Refiller(self.chooser, store, self.metrics), self.metrics, most=settings.pool_limit)


def service_of(connection: HTTPConnection) -> Service:
    """The service of the application that answers this request."""
    service: Service = connection.scope["app"].state.service
    return service


async def current_service(connection: HTTPConnection) -> Service:
    """The same as a dependency: a coroutine, for FastAPI hands any other to a thread, which costs more."""
    return service_of(connection)
