"""What the service may do in Redis, and whether it can reach it at all."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from app.engine.metrics import Metrics
from app.middleware.rates import Rates, parse_rate
from app.middleware.redis_rates import RedisRates
from app.pools.redis_link import RedisLink
from app.pools.redis_store import RedisPools
from app.pools.store import Lease
from benchmarks.redis_server import RedisServer
from tests.app.pools.test_stores import CAT, SIZES
from tests.app.redis_faults import lines, needs_redis
from tests.app.tiny import client_of, until

pytestmark = needs_redis

PAGE = Path(__file__).parents[3] / "docs" / "pools.md"


def up(client: TestClient) -> bool:
    """What the gauge says."""
    return "inkstream_redis_up 1.0" in client.get("/metrics").text


@pytest.mark.anyio
async def test_the_rights_in_the_docs_are_enough(server: RedisServer, caplog: pytest.LogCaptureFixture) -> None:
    """A user with the rights that docs/pools.md lists, and no more, keeps pools and counts rates."""
    [line] = re.findall(r"^ACL SETUSER .*$", PAGE.read_text(), re.MULTILINE)
    assert server.ask(line) == b"+OK\r\n"
    metrics = Metrics()
    link = RedisLink(server.url.replace("//", "//inkstream:PASSWORD@").replace("/0", "/1"), metrics)
    pools, rates = RedisPools(link, SIZES), Rates({"address": parse_rate("5/second")}, RedisRates(link))
    for _ in range(3):
        await rates.spend("address", "a")
        lease = await pools.lease(CAT)
        assert lease is None or isinstance(lease, Lease)
        if lease is not None:
            await pools.put(lease, [b"one", b"two"])
            await pools.release(lease)
        await pools.take(CAT)
    await pools.close()
    await rates.close()
    await link.close()
    assert lines(caplog) == []
    assert metrics.registry.get_sample_value("inkstream_redis_up") == 1


def test_a_database_that_is_not_there_is_a_redis_that_cannot_be_had(server: RedisServer, checkpoints: Path) -> None:
    """The gauge says so before anybody draws, and drawing goes on without it; a database that is there is up."""
    with client_of(checkpoints, redis_url=server.url.replace("/0", "/99")) as client:
        assert not up(client)
        for _ in range(5):
            assert client.get("/draw/cat").status_code == 200
        assert not up(client)
    with client_of(checkpoints, redis_url=server.url) as client:
        until(lambda: up(client))
