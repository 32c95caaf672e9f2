"""Ready drawings for requests: which pools are worth keeping, what is taken out, what may be handed out again."""

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable

from app.engine.metrics import Metrics
from app.engine.request import DrawRequest
from app.errors import UnreadableEntry
from app.pools.demand import Demand
from app.pools.entry import ReadyDrawing, from_entry
from app.pools.refill import Refiller
from app.pools.store import Key, Store

log = logging.getLogger(__name__)

AGAIN = 64  # drawings of a pool that may be handed out again
PAUSE = 60.0  # seconds between lines of the log about entries that cannot be read


class Pools:
    """The pools of one service, used in one event loop."""

    def __init__(
        self,
        store: Store,
        refiller: Refiller,
        metrics: Metrics,
        *,
        most: int,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`most`: pools that there may be."""
        self._store = store
        self._refiller = refiller
        self._metrics = metrics
        self._most = most
        self._clock = clock
        self._demand = Demand(self._give_up, pools=most)
        self._given: OrderedDict[Key, deque[ReadyDrawing]] = OrderedDict()  # least recently asked for first
        self._told = -PAUSE

    def start(self) -> None:
        """Refill from now on."""
        self._refiller.start()

    async def close(self) -> None:
        """Refill no more; give back the drawings that were not handed out."""
        await self._refiller.close()
        await self._store.close()

    async def take(self, request: DrawRequest, best: int = 1) -> ReadyDrawing | None:
        """A drawing such as this, the best of so many, that nobody else is given, except by `again`; None without."""
        key, now = Key.of(request, best), self._clock()
        if not self._demand.note(key, now, recommended=is_recommended(request)):
            return None
        found = None
        while found is None and (entries := await self._store.take(key)):
            found = self._read(entries[0])
        if self._store.is_low(key):
            self._refiller.ask(key, request, self._demand.rank(key, now))
        if found is not None:
            self._remember(key, found)
        return found

    def again(self, request: DrawRequest, best: int = 1) -> ReadyDrawing | None:
        """Of the drawings such as this that were handed out here, the one that rests longest; None without any."""
        given = self._given.get(Key.of(request, best))
        if not given:
            return None
        given.rotate(-1)
        return given[-1]

    def _give_up(self, key: Key) -> None:
        self._refiller.forget(key)
        self._store.forget(key)

    def _remember(self, key: Key, found: ReadyDrawing) -> None:
        given = self._given.get(key)
        if given is None:
            given = self._given[key] = deque(maxlen=AGAIN)
        given.append(found)
        self._given.move_to_end(key)
        if len(self._given) > self._most:
            self._given.popitem(last=False)

    def _read(self, entry: bytes) -> ReadyDrawing | None:
        """The drawing of an entry that this version wrote; None for any other."""
        try:
            return from_entry(entry)
        except UnreadableEntry as error:
            self._metrics.unreadable.inc()
            if self._clock() - self._told >= PAUSE:
                self._told = self._clock()
                log.warning("dropped an entry of a pool that cannot be read: %s", error)
            return None

    def measure(self) -> None:
        """Bring the gauges up to date."""
        pools, drawings, size = self._store.held()
        self._metrics.pools.set(pools)
        self._metrics.pool_drawings.set(drawings)
        self._metrics.pool_bytes.set(size)


def is_recommended(request: DrawRequest) -> bool:
    """Whether a drawing is asked for at the temperatures of its card."""
    card = request.subject.card
    return (request.temp_xy, request.temp_p) == (card.temp_xy, card.temp_p)
