import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from redis.asyncio import Redis

from app.middleware.rates import Rates, parse_rate
from app.middleware.redis_rates import RedisRates
from app.pools.redis_link import Lost, RedisLink, Use
from app.pools.redis_store import RedisPools
from benchmarks.redis_server import RedisServer
from tests.app.pools.test_stores import CAT, SIZES, fill
from tests.app.redis_faults import each_loss, failures, lines, link_to, needs_redis, up
from tests.app.tiny import PATIENCE, client_of, until

pytestmark = needs_redis


@asynccontextmanager
async def both(link: RedisLink) -> AsyncIterator[tuple[RedisPools, Rates]]:
    """Pools and rates of one process."""
    pools, rates = RedisPools(link, SIZES), Rates({"address": parse_rate("9999/hour")}, RedisRates(link))
    try:
        yield pools, rates
    finally:
        await pools.close()
        await rates.close()


async def requests(pools: RedisPools, rates: Rates, number: int = 10) -> None:
    """At the same time so many are counted, and as many drawings taken."""
    await asyncio.gather(
        *(rates.spend("address", "a") for _ in range(number)), *(pools.take(CAT) for _ in range(number))
    )


async def put(link: RedisLink, use: Use, command: str, *words: str) -> object:
    """Ask with one command."""
    redis: Any = Redis(connection_pool=link.connections)  # the method that takes any command has no types
    return await link.ask(use, lambda: redis.execute_command(command, *words))


async def asked_until(well: Callable[[], bool], ask: Callable[[], Awaitable[object]]) -> None:
    """Ask until Redis is used again."""
    end = time.monotonic() + 30
    while not well():
        assert time.monotonic() < end, "it does not recover"
        await ask()
        await asyncio.sleep(0.05)


@pytest.mark.anyio
@each_loss
async def test_a_loss_is_said_once_however_many_uses_there_are(
    server: RedisServer, harm: Callable[..., None], heal: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    """Pools and rates ask at the same time: one line when Redis goes, one when it is back, one time-out."""
    async with link_to(server) as link, both(link) as (pools, rates):
        await fill(pools, CAT)
        await requests(pools, rates)
        harm(server)
        for _ in range(20):
            await requests(pools, rates)
        assert failures(link) < 100, "every request waits for Redis"
        assert up(link) == 0
        told = lines(caplog)
        assert len(told) == 1, told
        assert told[0].startswith("Redis cannot be had, ")
        heal(server)
        await asked_until(lambda: link.is_up, lambda: requests(pools, rates))
        await requests(pools, rates)
        assert await fill(pools, CAT)
        assert up(link) == 1
    assert lines(caplog)[1:] == ["Redis is back"]


@pytest.mark.anyio
async def test_what_one_use_learns_the_other_knows(server: RedisServer) -> None:
    """Pools that lost Redis spare rates the time-out, and a trial by rates gives Redis back to pools."""
    async with link_to(server) as link, both(link) as (pools, rates):
        server.stall()
        assert await pools.take(CAT) == []
        link._breaker._retry_at += PATIENCE  # no trial is due
        await rates.spend("address", "a")
        assert failures(link) == 1
        link._breaker._retry_at -= PATIENCE
        server.resume()
        await asked_until(lambda: link.is_up, lambda: rates.spend("address", "a"))
        entries = await fill(pools, CAT)
        assert pools.held()[1] == 0, "it is put into the process"
        assert await pools.take(CAT, 8) == entries


@pytest.mark.anyio
async def test_what_is_refused_to_one_use_is_done_for_another(
    server: RedisServer, caplog: pytest.LogCaptureFixture
) -> None:
    """A refusal is said once, with what is done instead, and counted; the link stays, and so do the other uses."""
    server.ask("ACL SETUSER default -set")
    one, other = Use("one does without"), Use("another does without")
    async with link_to(server) as link:
        for _ in range(3):
            assert await put(link, one, "SET", "a", "b") == Lost(surely=True)
        assert await put(link, other, "PING")
        assert (link.is_well(one), link.is_well(other), link.is_up, up(link)) == (False, True, True, 1)
        told = lines(caplog)
        assert len(told) == 1, told
        assert told[0].startswith("Redis refuses, one does without: ")
        refusals = {"kind": "NoPermissionError"}
        assert link._metrics.registry.get_sample_value("inkstream_redis_errors_total", refusals) == 1
        server.ask("ACL SETUSER default +@all")
        await asked_until(lambda: link.is_well(one), lambda: put(link, one, "SET", "a", "b"))
    assert lines(caplog)[1:] == ["Redis does what it refused"]


@pytest.mark.anyio
async def test_while_redis_is_gone_one_question_at_a_time_tries_it(server: RedisServer) -> None:
    """What is asked meanwhile is surely not done; the trial, which may have been sent, is not surely so."""
    now = [0.0]
    use = Use("nothing is done")
    async with link_to(server, lambda: now[0]) as link:
        server.stall()
        assert await put(link, use, "PING") == Lost(surely=False)
        assert await put(link, use, "PING") == Lost(surely=True), "it is asked before a pause is over"
        now[0] = 0.3
        assert link.can_begin(use)
        answers = await asyncio.gather(*(put(link, use, "PING") for _ in range(5)))
        assert sorted(answers, key=repr) == [Lost(surely=False)] + [Lost(surely=True)] * 4
        server.resume()


@pytest.mark.anyio
async def test_a_closed_link_asks_no_more(server: RedisServer) -> None:
    """It leaves no connection open; closing ends though Redis answers nothing."""
    use = Use("nothing is done")
    async with link_to(server) as link:
        assert await put(link, use, "PING")
        server.stall()
    assert await put(link, use, "PING") == Lost(surely=True)
    server.resume()
    until(lambda: server.ask("CLIENT LIST").count(b" addr=") == 1)  # that of this question


def test_a_service_has_one_link(server: RedisServer, checkpoints: Path, caplog: pytest.LogCaptureFixture) -> None:
    """With ready drawings and a rate it speaks of a lost Redis once, and of its return once."""
    with client_of(checkpoints, rate_limit="9999/hour", redis_url=server.url) as client:

        def ask() -> bool:
            assert client.get("/draw/cat").status_code == 200
            return "inkstream_redis_up 1.0" in client.get("/metrics").text

        for _ in range(10):
            assert ask()
        server.kill()
        assert not any(ask() for _ in range(10))
        server.start()
        until(ask)
    told = [line for line in lines(caplog) if "Redis" in line]
    assert len(told) == 2, told
    assert told[0].startswith("Redis cannot be had, ")
    assert told[1] == "Redis is back"
