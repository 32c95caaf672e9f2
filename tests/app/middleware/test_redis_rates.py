"""Rates in Redis: shared by all processes; whatever is wrong with Redis, each counts by itself, and nobody waits."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from limits import RateLimitItem
from limits.aio.strategies import SlidingWindowCounterRateLimiter

from app.errors import RateLimited
from app.middleware.rates import Rates, parse_rate
from app.middleware.redis_rates import RedisRates
from app.pools.redis_link import TIMEOUT
from benchmarks.redis_server import RedisServer
from tests.app.redis_faults import each_loss, failures, lines, link_to, needs_redis, up
from tests.app.tiny import client_of

pytestmark = needs_redis


@asynccontextmanager
async def process(server: RedisServer, rate: str) -> AsyncIterator[Rates]:
    """The rates of one process, for addresses."""
    async with link_to(server) as link:
        rates = Rates({"address": parse_rate(rate)}, RedisRates(link))
        try:
            yield rates
        finally:
            await rates.close()


class Slow(SlidingWindowCounterRateLimiter):
    """Asks a Redis that is some way off."""

    async def hit(self, item: RateLimitItem, *identifiers: str, cost: int = 1) -> bool:
        await asyncio.sleep(0.02)
        return await super().hit(item, *identifiers, cost=cost)


async def count(rates: Rates, name: str, asked: int) -> int:
    """Of so many requests, some at a time, those that are let in."""
    answers = await asyncio.gather(*(rates.spend("address", name) for _ in range(asked)), return_exceptions=True)
    assert all(answer is None or isinstance(answer, RateLimited) for answer in answers), answers
    return answers.count(None)


async def well(rates: Rates) -> None:
    """Ask until Redis is used again, as requests would."""
    end = time.monotonic() + 30
    while "open" not in repr(rates._shared):
        assert time.monotonic() < end, "it does not recover"
        await count(rates, "somebody", 1)
        await asyncio.sleep(0.05)


@pytest.mark.anyio
async def test_processes_count_together(server: RedisServer) -> None:
    """Two let a client in as often as one would, at the same time too, and tell it when to come back."""
    async with process(server, "50/hour") as one, process(server, "50/hour") as two:
        assert sum(await asyncio.gather(count(one, "a", 100), count(two, "a", 100))) == 50
        for rates in (one, two):
            with pytest.raises(RateLimited, match="0 are left") as caught:
                await rates.spend("address", "a")
            assert 1 <= caught.value.retry_after <= 2 * 3600
        assert await count(two, "b", 10) == 10


@pytest.mark.anyio
async def test_a_rush_is_no_fault(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """More questions at once than Redis answers within its time-out wait for each other, and all are counted there."""
    async with process(server, "100/hour") as one, process(server, "100/hour") as two:
        assert isinstance(one._shared, RedisRates)
        one._shared._limiter = Slow(one._shared._limiter.storage)
        assert await count(one, "a", 200) == 100  # a second altogether
        assert await count(two, "a", 1) == 0
    assert lines(caplog) == []


@pytest.mark.anyio
async def test_a_pause_of_the_process_is_no_fault(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """A full garbage collection in the middle of a question, longer than the time-out, is not blamed on Redis."""
    async with process(server, "3/hour") as rates:
        await count(rates, "a", 1)
        asking = asyncio.create_task(count(rates, "a", 3))
        for _ in range(4):
            await asyncio.sleep(0)
        time.sleep(1.5 * TIMEOUT)  # noqa: ASYNC251 - the pause
        assert await asking == 2
        assert "open" in repr(rates._shared)
    assert lines(caplog) == []


@pytest.mark.anyio
async def test_counts_outlive_a_process(server: RedisServer) -> None:
    """A restart of the service gives nobody more; Redis forgets of itself."""
    for expected in (3, 0):
        async with process(server, "3/hour") as rates:
            assert await count(rates, "a", 5) == expected
    names = server.ask("KEYS *").decode().split()
    assert [name for name in names if name.startswith("inkstream:rates:")]
    assert int(server.ask(f"TTL {names[-1]}")[1:]) > 0


@pytest.mark.anyio
@each_loss
async def test_redis_that_cannot_be_had(
    server: RedisServer, harm: Callable[..., None], heal: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """It costs one time-out and two lines of the log; limits hold, with what was counted before; then all share."""
    async with process(server, "20/hour") as one, process(server, "20/hour") as two:
        assert await count(one, "a", 5) == 5
        assert isinstance(one._shared, RedisRates)
        harm(server)
        assert await count(one, "a", 10) == 10
        assert [await count(one, "a", 1) for _ in range(20)].count(1) == 5, "what Redis knew was counted here too"
        link = one._shared._link
        assert failures(link) < 10 + 15, "every request waits for Redis"
        assert up(link) == 0
        assert [line.split(",")[0] for line in lines(caplog)] == ["Redis cannot be had"]
        heal(server)
        await well(one)
        assert up(link) == 1
        assert lines(caplog)[1:] == ["Redis is back"]
        await well(two)
        assert await count(one, "b", 12) + await count(two, "b", 12) == 20
        assert len(lines(caplog)) == 2, "it is spoken of again"


@pytest.mark.anyio
async def test_redis_that_refuses(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """Full, or not allowed to run scripts, it is there, and is done without; that is said once."""
    async with process(server, "3/hour") as rates:
        server.ask("ACL SETUSER default -evalsha -eval")
        assert [await count(rates, "a", 1) for _ in range(10)].count(1) == 3
        assert isinstance(rates._shared, RedisRates)
        assert up(rates._shared._link) == 1
        server.ask("ACL SETUSER default +@all")
        await well(rates)
    told = lines(caplog)
    assert len(told) == 2, told
    assert told[0].startswith("Redis refuses, each process counts by itself: ")
    assert told[1] == "Redis does what it refused"


def test_two_services_share_the_limits_of_keys(server: RedisServer, checkpoints: Path) -> None:
    """What a key spends at one is spent at the other; another key has its own."""
    keys = "ann:0123456789abcdef,bob:fedcba9876543210"
    settings = {"api_keys": keys, "key_rate_limit": "3/hour", "redis_url": server.url}
    ann, bob = ({"X-API-Key": pair.partition(":")[2]} for pair in keys.split(","))
    with client_of(checkpoints, **settings) as one, client_of(checkpoints, **settings) as two:
        statuses = [client.get("/draw/cat", headers=ann).status_code for client in (one, two, one, two, one)]
        assert statuses == [200, 200, 200, 429, 429]
        assert two.get("/draw/cat", headers=bob).status_code == 200


def test_a_service_without_its_redis_keeps_its_limits(server: RedisServer, checkpoints: Path) -> None:
    """No answer is a fault of the service's, before and after Redis goes."""
    with client_of(checkpoints, rate_limit="3/hour", redis_url=server.url) as client:
        assert client.get("/draw/cat").status_code == 200
        server.kill()
        assert [client.get("/draw/cat").status_code for _ in range(4)] == [200, 200, 429, 429]
