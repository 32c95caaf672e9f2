"""Whatever is wrong with Redis, drawings go on, nobody gets what another got, and it is used again once it is well."""

import asyncio
import time
from collections.abc import Callable

import pytest

from app.pools.redis_link import TIMEOUT
from app.pools.redis_store import SPACE, RedisPools
from app.pools.store import Sizes
from benchmarks.redis_server import RedisServer, redis_server
from tests.app.pools.test_stores import CAT, OWL, drain, fill, process
from tests.app.redis_faults import each_loss, failures, lines, needs_redis, up

pytestmark = [pytest.mark.anyio, needs_redis]


async def well(store: RedisPools) -> None:
    """Ask until Redis is used again, as requests would."""
    end = time.monotonic() + 30
    while not (store._link.is_well(store._reads) and store._link.is_well(store._writes)):
        assert time.monotonic() < end, "it does not recover"
        await store.take(OWL)
        if (lease := await store.lease(OWL)) is not None:
            await store.release(lease)
        await asyncio.sleep(0.05)


async def suffers(store: RedisPools) -> None:
    """As many requests as a busy service has, some at a time: they are answered, with nothing, soon."""
    before = failures(store._link)
    for _ in range(20):
        assert await asyncio.gather(*(store.take(CAT) for _ in range(10))) == [[]] * 10
    assert failures(store._link) < before + 15, "every request waits for Redis"


async def refills_itself(store: RedisPools) -> None:
    """Meanwhile the process keeps drawings ready by itself."""
    entries = await fill(store, CAT)
    assert await drain(store, CAT) == entries


@each_loss
async def test_redis_that_cannot_be_had(
    server: RedisServer, harm: Callable[..., None], heal: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Refusing or slow, it costs one time-out and two lines of the log; pools go on in the process, then in Redis."""
    async with process(server) as store:
        await fill(store, CAT)
        await drain(store, CAT)
        harm(server)
        await suffers(store)
        await refills_itself(store)
        assert up(store._link) == 0
        heal(server)
        await well(store)
        entries = await fill(store, CAT)
        assert sorted(await drain(store, CAT)) == sorted(entries)
        assert up(store._link) == 1
    told = lines(caplog)
    assert len(told) == 2, told
    assert told[0].startswith("Redis cannot be had")
    assert told[1] == "Redis is back"


async def test_a_pause_of_the_process_is_no_fault(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """A full garbage collection in the middle of a question, longer than the time-out, loses no drawing."""
    async with process(server) as store:
        entries = await fill(store, CAT)
        asking = asyncio.create_task(store.take(CAT, 8))
        for _ in range(4):
            await asyncio.sleep(0)
        time.sleep(1.5 * TIMEOUT)  # noqa: ASYNC251 - the pause
        assert sorted(await asking) == sorted(entries)
    assert lines(caplog) == []


async def test_redis_that_is_not_there_at_the_start(caplog: pytest.LogCaptureFixture) -> None:
    """A service starts without it, and uses it from when it is there."""
    with redis_server() as server:
        server.kill()
        async with process(server) as store:
            await suffers(store)
            await refills_itself(store)
            server.start()
            await well(store)
            await fill(store, CAT)
            assert len(server.ask("KEYS *").split()) > 1
    assert lines(caplog)[0].startswith("Redis cannot be had")


async def test_an_answer_that_comes_too_late_is_lost(server: RedisServer) -> None:
    """What a stalled Redis did in the end is given to nobody, and what it may have been sent is not kept here too."""
    async with process(server) as store:
        lease = await store.lease(CAT)
        assert lease is not None
        server.stall()
        await store.put(lease, [b"unclear"])
        assert store.held()[1] == 0, "it may be in Redis, and would be handed out twice"
        server.resume()
        await well(store)
        assert (await drain(store, CAT)).count(b"unclear") <= 1


async def test_a_restart_from_an_old_snapshot_brings_nothing_back(server: RedisServer) -> None:
    """Drawings that were handed out since the snapshot are not handed out again."""
    async with process(server, Sizes(drawings=64, idle=60)) as store:
        entries = await fill(store, CAT, 64)
        assert server.ask("SAVE") == b"+OK\r\n"
        assert await store.take(CAT, 20) == entries[:20]
        server.kill()
        server.start()
        assert len(server.ask(f"KEYS {SPACE}:pool:*").split()) > 1, "the snapshot is not there; nothing is shown"
        await well(store)
        rest = await drain(store, CAT)
    assert not set(rest) & set(entries[:20])


async def test_a_flushed_redis_is_filled_again(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """All keys and scripts gone is no fault: pools are empty, and are refilled."""
    async with process(server) as store:
        await fill(store, CAT)
        await drain(store, CAT)
        server.ask("FLUSHALL")
        server.ask("SCRIPT FLUSH")
        await suffers(store)
        entries = await fill(store, CAT)
        assert await drain(store, CAT) == entries
    assert lines(caplog) == []


async def test_a_full_redis_gives_what_it_has(caplog: pytest.LogCaptureFixture) -> None:
    """Where it refuses to write it is read all the same, and new drawings are kept in the process; it is said once."""
    with redis_server("--maxmemory-policy", "noeviction") as server:
        async with process(server) as store:
            entries = await fill(store, CAT)
            server.ask("CONFIG SET maxmemory 1")
            assert sorted(await store.take(CAT, 8)) == sorted(entries)
            for _ in range(20):
                await refills_itself(store)
            server.ask("CONFIG SET maxmemory 0")
            await well(store)
            await fill(store, OWL)
            assert b"owl" in server.ask("KEYS *")
        told = lines(caplog)
    assert len(told) == 2, told
    assert "'maxmemory'" in told[0]


async def test_other_types_in_our_places_are_replaced(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """Somebody else's values under our names hinder nothing."""
    async with process(server) as store:
        await fill(store, CAT)
        names = [name for name in server.ask("KEYS *").decode().split() if name.startswith(f"{SPACE}:")]
        assert len(names) == 2
        for name in names:
            server.ask(f"DEL {name}")
            server.ask(f"SET {name} garbage")
        await drain(store, CAT)
        entries = await fill(store, CAT)
        assert await drain(store, CAT) == entries
    assert lines(caplog) == []


async def test_a_command_that_is_forbidden_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    """A Redis that answers every command with an error is done without, like one that is gone."""
    with redis_server() as server:
        async with process(server) as store:
            server.ask("ACL SETUSER default -evalsha -eval")
            await suffers(store)
            await refills_itself(store)
            server.ask("ACL SETUSER default +@all")
            await well(store)
    told = [line.split(",")[0] for line in lines(caplog)]
    assert sorted(told) == ["Redis does what it refused"] * 2 + ["Redis refuses"] * 2, (
        "one for reading, one for writing"
    )
