"""Pools in Redis, shared by all processes that serve the same checkpoints.

This process takes entries several at a time into a reserve, so that most requests wait for nothing. However Redis
fails, no two clients get the same entry: the store never sends again what it may have sent, and drops an answer that
comes too late, with the drawings in it. While Redis is gone the service refills the reserve.
"""

import asyncio
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from redis import Redis as SyncRedis
from redis.asyncio import Redis

from app.pools import redis_scripts
from app.pools.entry import VERSION
from app.pools.memory import MemoryPools
from app.pools.redis_link import Lost, RedisLink, Use
from app.pools.store import Key, Lease, Sizes

SPACE = f"inkstream:{VERSION}"  # what all our names begin with
LEASE_MILLISECONDS = 15_000  # of a refill whose process died; one that lives asks for more with each batch
AHEAD = 64  # entries taken at a time, at most; as many are lost with a process that is killed


class RedisPools:
    """Keeps the promises of `app.pools.store.Store` for all processes that share a Redis. Used in one event loop."""

    def __init__(self, link: RedisLink, sizes: Sizes, clock: Callable[[], float] = time.monotonic) -> None:
        """`link` is left open by `close`: others may use it."""
        redis: Redis = Redis(connection_pool=link.connections)
        scripts = redis_scripts.TAKE, redis_scripts.LEASE, redis_scripts.PUT, redis_scripts.RELEASE
        self._take, self._lease, self._put, self._release = map(redis.register_script, scripts)
        self._sizes = sizes
        self._ahead = max(1, min(AHEAD, sizes.drawings // 8))
        self._reserve = MemoryPools(sizes, clock)
        self._left: OrderedDict[Key, int] = OrderedDict()  # entries in Redis when last seen; oldest sight first
        self._fetching: dict[Key, asyncio.Task[int]] = {}
        self._link = link
        self._reads, self._writes = Use("drawing without it"), Use("drawing without it")  # a full Redis does read
        self._closed = False

    def __repr__(self) -> str:
        return f"<RedisPools {'open' if self._link.is_up else 'without Redis'}, {self._reserve!r}>"

    async def take(self, key: Key, count: int = 1) -> list[bytes]:
        taken = await self._reserve.take(key, count)
        while len(taken) < count and await self._fetch(key, count - len(taken)):
            taken += await self._reserve.take(key, count - len(taken))
        if self._reserve.level(key) <= self._ahead // 2 and self._left.get(key) and self._link.is_well(self._reads):
            self._begin_fetch(key, self._ahead)
        return taken

    async def lease(self, key: Key) -> Lease | None:
        token = secrets.token_hex(8)
        wants = [token, LEASE_MILLISECONDS, self._sizes.low, self._sizes.drawings]
        missing = await self._call(self._writes, self._lease, _names(key), wants)
        if isinstance(missing, Lost):
            return await self._reserve.lease(key)
        return Lease(key, missing, token) if missing else None

    async def put(self, lease: Lease, entries: Sequence[bytes]) -> None:
        stored = await self._store(lease, entries) if lease.token else Lost(surely=True)
        if isinstance(stored, Lost):
            if stored.surely:
                self._reserve.add(lease.key, entries)
        else:
            self._saw(lease.key, stored)

    async def release(self, lease: Lease) -> None:
        if lease.token:
            await self._call(self._writes, self._release, _names(lease.key)[2:], [lease.token])
        else:
            await self._reserve.release(lease)

    def is_low(self, key: Key) -> bool:
        if self._link.is_well(self._writes):
            return self._left.get(key, 0) <= self._sizes.low
        return self._reserve.is_low(key)

    def forget(self, key: Key) -> None:
        self._reserve.forget(key)  # what lies in Redis others may ask for; else it expires

    def held(self) -> tuple[int, int, int]:
        return self._reserve.held()

    async def close(self) -> None:
        """Give the reserve back; entries that Redis does not take at once are lost."""
        await asyncio.gather(*self._fetching.values(), return_exceptions=True)
        for key in self._reserve.pools():
            entries = await self._reserve.take(key, self._sizes.drawings)
            if not self._link.is_up or isinstance(await self._store(Lease(key, 0), entries), Lost):
                break
        self._closed = True

    async def _store(self, lease: Lease, entries: Sequence[bytes]) -> Any:  # noqa: ANN401 - see _call
        sizes = self._sizes
        bounds = [max(1, int(sizes.idle)), sizes.drawings, sizes.pools, sizes.bytes]
        args = [lease.token, LEASE_MILLISECONDS, *bounds, *entries]
        return await self._call(self._writes, self._put, _names(lease.key), args)

    async def _fetch(self, key: Key, count: int) -> int:
        """Entries that came from Redis into the reserve; those who wait for the same pool share them."""
        if self._link.is_well(self._reads):
            return await asyncio.shield(self._begin_fetch(key, max(count, self._ahead)))
        if self._link.can_begin(self._reads):
            self._begin_fetch(key, self._ahead)  # a trial, for which nobody waits
        return 0

    def _begin_fetch(self, key: Key, count: int) -> asyncio.Task[int]:
        if key not in self._fetching:
            self._fetching[key] = asyncio.create_task(self._fill_reserve(key, count))
            self._fetching[key].add_done_callback(lambda _: self._fetching.pop(key))
        return self._fetching[key]

    async def _fill_reserve(self, key: Key, count: int) -> int:
        answer = await self._call(self._reads, self._take, _names(key)[:2], [count, max(1, int(self._sizes.idle))])
        if isinstance(answer, Lost):
            return 0
        left, *entries = answer
        self._saw(key, left)
        self._reserve.add(key, entries)
        return len(entries)

    def _saw(self, key: Key, left: int) -> None:
        self._left.pop(key, None)
        self._left[key] = left
        if len(self._left) > 2 * self._sizes.pools:
            self._left.popitem(last=False)

    async def _call(self, use: Use, script: Any, keys: Sequence[str], args: Sequence[Any]) -> Any:  # noqa: ANN401 - Redis's answer
        """What the script returns, or Lost: surely, if the entries are still ours."""
        if self._closed:
            return Lost(surely=True)
        return await self._link.ask(use, partial(script, keys=keys, args=args))


def keep_one(redis: SyncRedis) -> None:
    """Put an entry into a pool of its own, and take it out again, as the service does. Raises RedisError.

    For who wants to know whether it could. Of other pools nothing is touched, and what is left expires.
    """
    names = [f"{SPACE}:{part}:doctor:{secrets.token_hex(8)}" for part in ("pool", "pools", "lock")]
    redis.register_script(redis_scripts.PUT)(keys=names, args=["", 1000, 10, 1, 1, 1 << 30, b"entry"])
    redis.register_script(redis_scripts.TAKE)(keys=names[:2], args=[1, 10])


def _names(key: Key) -> list[str]:
    """Names in Redis: of the pool, of the index of all, of the lock for refilling it."""
    name = f"{key.slug}:{key.checkpoint}:{key.temp_xy!r}:{key.temp_p!r}:{key.points}:{key.best}"
    return [f"{SPACE}:pool:{name}", f"{SPACE}:pools", f"{SPACE}:lock:{name}"]
