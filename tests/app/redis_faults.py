"""Ways to lose Redis, a link to one, and what is said and measured of it."""

import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest

from app.engine.metrics import Metrics
from app.pools.redis_link import RedisLink
from benchmarks.redis_server import PROGRAM, RedisServer

needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")

each_loss = pytest.mark.parametrize(
    ("harm", "heal"),
    [(RedisServer.kill, RedisServer.start), (RedisServer.stall, RedisServer.resume)],
    ids=["refusing", "slow"],
)


@asynccontextmanager
async def link_to(server: RedisServer, clock: Callable[[], float] = time.monotonic) -> AsyncIterator[RedisLink]:
    """The link of one process."""
    link = RedisLink(server.url, Metrics(), clock)
    try:
        yield link
    finally:
        await link.close()


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What the log warns of."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


def failures(link: RedisLink) -> float:
    """How often Redis was asked in vain."""
    [errors] = link._metrics.redis_errors.collect()
    return sum(sample.value for sample in errors.samples if sample.name.endswith("_total"))


def up(link: RedisLink) -> float | None:
    """What the gauge says."""
    return link._metrics.registry.get_sample_value("inkstream_redis_up")
