"""How much of the service one client may hold at a time, so that none can take it from the others.

Holding is counted, in one event loop; what a client asks for in a time is another matter (`app.middleware.rates`).
"""

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Literal

from app.engine.metrics import Metrics
from app.errors import ClientLimited

Limit = Literal["drawings", "live-drawings", "pictures", "websockets"]
Client = tuple[str, str]  # as `app.middleware.api_keys.client_name` names it

SHEETS = (
    0.75  # part of a client's drawings that those may take that are asked for several at a time: one waits for none
)
WAITING = 64  # requests of a client that may wait for its others
WAIT_SECONDS = 5.0  # for them to be over
REFUSAL_SECONDS = 0.02  # between refusals of a client: one that asks again at once costs the others little


@dataclass(slots=True)
class _Held:
    """What a client holds, and who of it waits to hold more."""

    counts: Counter[Limit] = field(default_factory=Counter)
    waiters: deque[asyncio.Future[None]] = field(default_factory=deque)
    refused_until: float = 0.0


class ClientLimits:
    """Counts what each client holds. Whatever is taken is given back by its caller, whichever way that ends."""

    def __init__(self, most: Mapping[Limit, int] | None, metrics: Metrics) -> None:
        """`most`: of each, for one client; None is as much as it likes."""
        self._most = most
        self._metrics = metrics
        self._clients: dict[Client, _Held] = {}
        metrics.clients.set_function(self._clients.__len__)

    def __repr__(self) -> str:
        held = sum((client.counts for client in self._clients.values()), Counter[Limit]())
        waiting = sum(len(client.waiters) for client in self._clients.values())
        return f"<ClientLimits {dict(sorted(held.items()))} held, {waiting} waiting>"

    def take(self, client: Client, limit: Limit, count: int = 1) -> Callable[[], None]:
        """Hold so many more; what gives them back, the first time that it is called. Raises ClientLimited."""
        if not self._has_room(client, limit, count):
            raise self._refusal(client, limit)
        held = self._clients.setdefault(client, _Held())
        held.counts[limit] += count
        taken = [count]

        def give() -> None:
            if taken:
                held.counts[limit] -= taken.pop()
                for waiter in held.waiters:
                    if not waiter.done():
                        waiter.set_result(None)
                self._forget_idle(client)

        return give

    @contextmanager
    def holding(self, client: Client, limit: Limit, count: int = 1) -> Iterator[None]:
        """The same, inside. Raises ClientLimited."""
        give = self.take(client, limit, count)
        try:
            yield
        finally:
            give()

    @asynccontextmanager
    async def turn(self, client: Client, count: int) -> AsyncIterator[None]:
        """Hold so many drawings inside; wait for others of the client to end, a while. Raises ClientLimited."""
        late = asyncio.get_running_loop().time() + WAIT_SECONDS
        while not self._has_room(client, "drawings", count):
            await self._wait(client, late)
        with self.holding(client, "drawings", count):
            yield

    def owner(self, client: Client) -> Client | None:
        """As whose drawings the engine is to know a client's: nobody's, where a client holds as much as it likes."""
        return None if self._most is None else client

    def _has_room(self, client: Client, limit: Limit, count: int) -> bool:
        if self._most is None:
            return True
        most = self._most[limit]
        if limit == "drawings" and count > 1:
            most = int(most * SHEETS)
        held = self._clients.get(client)
        return (0 if held is None else held.counts[limit]) + count <= most

    async def _wait(self, client: Client, late: float) -> None:
        """Until something is given back. Raises ClientLimited where that takes too long, or too many wait."""
        held = self._clients[client]  # it is there, for it leaves no room
        if len(held.waiters) >= WAITING:
            raise self._refusal(client, "drawings")
        waiter = asyncio.get_running_loop().create_future()
        held.waiters.append(waiter)
        try:
            async with asyncio.timeout_at(late):
                await waiter
        except TimeoutError:
            raise self._refusal(client, "drawings") from None
        finally:
            held.waiters.remove(waiter)
            self._forget_idle(client)

    def _forget_idle(self, client: Client) -> None:
        held = self._clients.get(client)
        if held is not None and not held.counts.total() and not held.waiters:
            del self._clients[client]

    def _refusal(self, client: Client, limit: Limit) -> ClientLimited:
        assert self._most is not None
        self._metrics.client_refusals.labels(limit).inc()
        pause, held = 0.0, self._clients.get(client)
        if held is not None:
            now = asyncio.get_running_loop().time()
            pause = max(0.0, held.refused_until - now)
            held.refused_until = now + pause + REFUSAL_SECONDS
        return ClientLimited(limit, self._most[limit], pause=pause)
