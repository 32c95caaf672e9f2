"""What both stores promise, and what each of them promises beyond that."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace

import pytest

from app.pools.memory import MemoryPools
from app.pools.redis_store import SPACE, RedisPools
from app.pools.store import Key, Lease, Sizes, Store
from benchmarks.redis_server import RedisServer, redis_server
from tests.app.redis_faults import link_to, needs_redis

pytestmark = pytest.mark.anyio

CAT = Key("cat", "c" * 64, 0.4, 0.5, 24)
OWL = Key("owl", "0" * 64, 0.4, 0.5, 24)
SIZES = Sizes(drawings=8, pools=3, bytes=2**20, idle=60)


@pytest.fixture(scope="module")
def server() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "redis":
        request.getfixturevalue("server").ask("FLUSHALL")
    return str(request.param)


@asynccontextmanager
async def process(server: RedisServer, sizes: Sizes = SIZES) -> AsyncIterator[RedisPools]:
    """The pools of one process."""
    async with link_to(server) as link:
        pools = RedisPools(link, sizes)
        try:
            yield pools
        finally:
            await pools.close()


@asynccontextmanager
async def store_of(kind: str, request: pytest.FixtureRequest, sizes: Sizes = SIZES) -> AsyncIterator[Store]:
    if kind == "redis":
        async with process(request.getfixturevalue("server"), sizes) as shared:
            yield shared
    else:
        own = MemoryPools(sizes)
        yield own
        await own.close()


async def fill(store: Store, key: Key, count: int = 8, *, size: int = 10) -> list[bytes]:
    """Put entries that are like no others into a pool."""
    lease = await store.lease(key)
    assert lease is not None
    entries = [f"{key.slug} {key.temp_xy} {i} ".encode().ljust(size, b".") for i in range(count)]
    await store.put(lease, entries)
    await store.release(lease)
    return entries


async def drain(store: Store, key: Key) -> list[bytes]:
    taken = []
    while some := await store.take(key):
        taken += some
    return taken


async def test_what_is_put_is_taken_once_and_in_order(kind: str, request: pytest.FixtureRequest) -> None:
    """Every entry comes out bit for bit, the oldest first, and never again."""
    async with store_of(kind, request) as store:
        assert await store.take(CAT) == []
        entries = await fill(store, CAT)
        assert await store.take(CAT, 3) == entries[:3]
        assert await store.take(CAT, 99) == entries[3:]
        assert await store.take(CAT) == []


async def test_pools_are_apart(kind: str, request: pytest.FixtureRequest) -> None:
    """Another checkpoint, temperature or length is another pool."""
    async with store_of(kind, request) as store:
        entries = await fill(store, CAT)
        for other in (OWL, CAT._replace(temp_xy=0.41), CAT._replace(temp_p=0.4), CAT._replace(points=23)):
            assert await store.take(other) == []
        assert await store.take(CAT, 8) == entries


async def test_many_take_at_the_same_time(kind: str, request: pytest.FixtureRequest) -> None:
    """Each entry goes to one of those who ask, and all of them go."""
    async with store_of(kind, request) as store:
        entries = await fill(store, CAT)
        results = await asyncio.gather(*(store.take(CAT) for _ in range(20)))
        assert sorted(entry for result in results for entry in result) == sorted(entries)


async def test_one_at_a_time_refills(kind: str, request: pytest.FixtureRequest) -> None:
    """The lease says how many are missing, and is nobody else's until it is given back; other pools are free."""
    async with store_of(kind, request) as store:
        lease = await store.lease(CAT)
        assert lease is not None
        assert lease.missing == 8
        assert await store.lease(CAT) is None
        assert await store.lease(OWL) is not None
        await store.release(lease)
        assert await store.lease(CAT) is not None


async def test_a_pool_is_refilled_when_it_is_low(kind: str, request: pytest.FixtureRequest) -> None:
    """Above half there is no lease; at half there is one for what is missing."""
    async with store_of(kind, request) as store:
        assert store.is_low(CAT)
        await fill(store, CAT, 5)
        assert not store.is_low(CAT)
        assert await store.lease(CAT) is None
        await store.take(CAT)
        again = await store.lease(CAT)
        assert again is not None
        assert again.missing == 4
        assert store.is_low(CAT)


async def test_a_pool_takes_no_more_than_it_may_hold(kind: str, request: pytest.FixtureRequest) -> None:
    """What is too much is dropped."""
    async with store_of(kind, request) as store:
        entries = await fill(store, CAT, 30)
        assert await drain(store, CAT) == entries[:8]


async def test_the_least_recently_used_pool_makes_room(kind: str, request: pytest.FixtureRequest) -> None:
    """There are never more pools than there may be."""
    async with store_of(kind, request) as store:
        keys = [CAT._replace(temp_xy=i / 10) for i in range(4)]
        for key in keys[:2]:
            await fill(store, key, 2)
        await asyncio.sleep(1.05 if kind == "redis" else 0)  # Redis orders them by seconds
        await fill(store, keys[2], 2)
        assert len(await store.take(keys[0])) == 1
        await fill(store, keys[3], 2)
        assert [len(await drain(store, key)) for key in keys] == [1, 0, 2, 2]


async def test_bytes_are_bounded(kind: str, request: pytest.FixtureRequest) -> None:
    """Large entries leave room for fewer: first other pools go, then what is too much of the pool itself."""
    async with store_of(kind, request, replace(SIZES, bytes=30_000)) as store:
        await fill(store, CAT, 2, size=8_000)
        await fill(store, OWL, 8, size=8_000)
        assert await drain(store, CAT) == []
        assert 1 <= len(await drain(store, OWL)) <= 3


async def test_nothing_is_put_nothing_happens(kind: str, request: pytest.FixtureRequest) -> None:
    """A batch without drawings is no fault."""
    async with store_of(kind, request) as store:
        lease = await store.lease(CAT)
        assert lease is not None
        await store.put(lease, [])
        await store.release(lease)
        assert await store.take(CAT) == []


async def test_pools_that_nobody_asks_for_are_let_go() -> None:
    """Unused for longer than it may be, a pool and its bytes are gone at the next use of any."""
    now = [0.0]
    store = MemoryPools(SIZES, lambda: now[0])
    await fill(store, CAT)
    now[0] = 40
    await fill(store, OWL)
    now[0] = 61
    assert await store.take(OWL)
    assert repr(store) == "<MemoryPools 1 pools, 7 drawings, 70 bytes>"
    assert store.pools() == [OWL]


async def test_memory_is_counted() -> None:
    """What is held is known, and nothing of it is left when all is taken."""
    store = MemoryPools(SIZES)
    await fill(store, CAT, 3, size=100)
    await fill(store, OWL, 2, size=50)
    assert store.held() == (2, 5, 400)
    await drain(store, CAT)
    await drain(store, OWL)
    assert store.held()[1:] == (0, 0)


async def test_a_pool_that_is_given_up_is_gone() -> None:
    """With the memory of its drawings, and no other with it; one that is not there can be given up."""
    store = MemoryPools(SIZES)
    await fill(store, CAT)
    await fill(store, OWL, 2)
    for _ in range(2):
        store.forget(CAT)
        assert repr(store) == "<MemoryPools 1 pools, 2 drawings, 20 bytes>"


@needs_redis
async def test_what_a_process_gives_up_others_have(server: RedisServer) -> None:
    """It forgets what it took ahead; what lies in Redis is there for those who ask."""
    server.ask("FLUSHALL")
    sizes = replace(SIZES, drawings=64)
    async with process(server, sizes) as first, process(server, sizes) as second:
        await fill(first, CAT, 64)
        assert await first.take(CAT)
        first.forget(CAT)
        assert first.held() == (0, 0, 0)
        assert len(await drain(second, CAT)) == 64 - 8


@needs_redis
async def test_processes_share_a_pool_and_nobody_gets_what_another_got(server: RedisServer) -> None:
    """Several services take from what one has put: every entry goes to one of them; the lease is one for all."""
    server.ask("FLUSHALL")
    sizes = replace(SIZES, drawings=400)
    async with AsyncExitStack() as stack:
        stores = [await stack.enter_async_context(process(server, sizes)) for _ in range(3)]
        first, second, _ = stores
        lease = await first.lease(CAT)
        assert lease is not None
        assert await second.lease(CAT) is None
        entries = [str(i).encode() for i in range(400)]
        await first.put(lease, entries)
        await first.release(lease)
        results = await asyncio.gather(*(drain(store, CAT) for store in stores))
        assert sorted(entry for result in results for entry in result) == sorted(entries)
        assert all(results), "somebody got none; the test shows less than it says"


@needs_redis
async def test_what_is_not_handed_out_is_given_back(server: RedisServer) -> None:
    """A service that stops gives back what it took ahead, and others have it."""
    server.ask("FLUSHALL")
    sizes = replace(SIZES, drawings=64)
    async with process(server, sizes) as second:
        async with process(server, sizes) as first:
            entries = await fill(first, CAT, 64)
            assert await first.take(CAT) == entries[:1]
            assert first.held()[1] == 7, "it takes several ahead"
        assert sorted(await drain(second, CAT)) == sorted(entries[1:])


def keys(server: RedisServer, part: str) -> list[str]:
    """The names in Redis with this in them."""
    return [name for name in server.ask("KEYS *").decode().split() if part in name]


@needs_redis
async def test_a_lease_ends_by_itself(server: RedisServer) -> None:
    """The lock has an expiry, cannot be given back by another than its owner, and garbage in its place is no lock."""
    server.ask("FLUSHALL")
    async with process(server) as store:
        lease = await store.lease(CAT)
        assert lease is not None
        [lock] = keys(server, ":lock:")
        assert 0 < int(server.ask(f"PTTL {lock}")[1:]) <= 15_000
        await store.release(Lease(CAT, 8, "another's"))
        assert await store.lease(CAT) is None
        server.ask(f"DEL {lock}")
        server.ask(f"RPUSH {lock} garbage")
        assert await store.lease(CAT) is not None


@needs_redis
async def test_everything_in_redis_expires(server: RedisServer) -> None:
    """Nothing of ours stays for ever in a Redis that nobody asks any more."""
    server.ask("FLUSHALL")
    async with process(server) as store:
        lease = await store.lease(CAT)
        assert lease is not None
        await store.put(lease, [b"entry"] * 3)
        names = keys(server, f"{SPACE}:")
        assert len(names) == 3
        assert all(0 < int(server.ask(f"TTL {name}")[1:]) <= 60 for name in names)
