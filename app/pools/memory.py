"""Pools in the memory of the process."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from app.pools.store import Key, Lease, Sizes


@dataclass(slots=True)
class _Pool:
    used: float
    entries: deque[bytes] = field(default_factory=deque)  # oldest first


class MemoryPools:
    """Keeps the promises of `app.pools.store.Store` for one process. Used in one event loop; nothing here waits."""

    def __init__(self, sizes: Sizes, clock: Callable[[], float] = time.monotonic) -> None:
        self._sizes = sizes
        self._clock = clock
        self._pools: OrderedDict[Key, _Pool] = OrderedDict()  # least recently used first
        self._bytes = 0
        self._leased: set[Key] = set()

    def __repr__(self) -> str:
        pools, entries, size = self.held()
        return f"<MemoryPools {pools} pools, {entries} drawings, {size} bytes>"

    async def take(self, key: Key, count: int = 1) -> list[bytes]:
        pool = self._use(key)
        if pool is None:
            return []
        taken = [pool.entries.popleft() for _ in range(min(count, len(pool.entries)))]
        self._bytes -= sum(map(len, taken))
        return taken

    async def lease(self, key: Key) -> Lease | None:
        if key in self._leased or not self.is_low(key):
            return None
        self._leased.add(key)
        return Lease(key, self._sizes.drawings - self.level(key))

    async def put(self, lease: Lease, entries: Sequence[bytes]) -> None:
        self.add(lease.key, entries)

    async def release(self, lease: Lease) -> None:
        self._leased.discard(lease.key)

    def is_low(self, key: Key) -> bool:
        return self.level(key) <= self._sizes.low

    def forget(self, key: Key) -> None:
        pool = self._pools.pop(key, None)
        if pool is not None:
            self._bytes -= sum(map(len, pool.entries))

    def held(self) -> tuple[int, int, int]:
        return len(self._pools), sum(len(pool.entries) for pool in self._pools.values()), self._bytes

    async def close(self) -> None:
        """Nobody else could have what is left."""

    def level(self, key: Key) -> int:
        """Entries of a pool."""
        return len(self._pools[key].entries) if key in self._pools else 0

    def pools(self) -> list[Key]:
        """The pools that there are."""
        return list(self._pools)

    def add(self, key: Key, entries: Sequence[bytes]) -> None:
        """Add entries, as many as there is room for; the least recently used pools make room."""
        pool = self._use(key)
        if pool is None:
            pool = self._pools[key] = _Pool(self._clock())
        kept = entries[: max(0, self._sizes.drawings - len(pool.entries))]
        pool.entries.extend(kept)
        self._bytes += sum(map(len, kept))
        while len(self._pools) > 1 and (len(self._pools) > self._sizes.pools or self._bytes > self._sizes.bytes):
            self._drop()
        while self._bytes > self._sizes.bytes:
            self._bytes -= len(pool.entries.pop())

    def _use(self, key: Key) -> _Pool | None:
        """The pool, used last from now on, after those that lay unused for too long are gone."""
        now = self._clock()
        while self._pools and now - next(iter(self._pools.values())).used > self._sizes.idle:
            self._drop()
        pool = self._pools.get(key)
        if pool is not None:
            pool.used = now
            self._pools.move_to_end(key)
        return pool

    def _drop(self) -> None:
        """Let go of the least recently used pool."""
        _, pool = self._pools.popitem(last=False)
        self._bytes -= sum(map(len, pool.entries))
