"""Handing out, measured; by servers of their own, at a small size."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
import torch

from app.pools.redis_link import RedisLink
from app.routes import service as service_module
from benchmarks import serving as module
from benchmarks.asking import Tally, load
from benchmarks.chaos import Report, chaos
from benchmarks.options import Options
from benchmarks.redis_server import PROGRAM, redis_server
from benchmarks.server import add_bare
from benchmarks.serving import lying, metric, serving
from tests.app.real import Real, real
from tests.app.tiny import until, write_checkpoint

needs_redis = pytest.mark.skipif(PROGRAM is None, reason="redis-server is not installed")


@pytest.fixture
def penguin(tmp_path: Path) -> Path:
    return write_checkpoint(tmp_path, "penguin")


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services wait for Redis rather than draw for themselves, however busy the machine is."""
    monkeypatch.setattr(service_module, "RedisLink", partial(RedisLink, timeout=60))


@contextmanager
def _with_bare_route(checkpoint: Path, redis_url: str) -> Iterator[str]:
    """As `benchmarks.serving.served`, but in a thread."""
    with real(checkpoint.parent, redis_url=redis_url, pool_size=module.POOL) as running:
        add_bare(running.server._app, checkpoint)
        yield f"http://{running.host}"


@needs_redis
@pytest.mark.usefixtures("patient")
def test_a_pool_is_measured_beside_a_bare_route(
    penguin: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Every answer of a round lay ready; the figures are there for both kinds of pool, and something to read."""
    for name, value in {"POOL": 256, "ROUND": 40, "MARGIN": 130, "SETTLED": 0.3, "WARM_UPS": 0}.items():
        monkeypatch.setattr(module, name, value)
    monkeypatch.setattr(module, "served", _with_bare_route)
    options = Options(penguin, torch.device("cpu"), threads=1, repeats=1)
    figures = serving(options)
    for key in ("pool_to_bare_ratio", "pool_to_bare_p99_ratio", "pool_p99_ms", "bare_requests_per_second"):
        values = figures[key]
        assert isinstance(values, dict)
        assert set(values) == {"memory", "redis"}
        assert min(values.values()) > 0
    assert "requests per second" in capsys.readouterr().out


def test_without_a_checkpoint_there_is_nothing_to_serve(capsys: pytest.CaptureFixture[str]) -> None:
    """It is said, and the other benchmarks have their figures."""
    assert serving(Options(None, torch.device("cpu"), threads=1, repeats=1)) == {}
    assert "left out" in capsys.readouterr().out


def test_a_metric_is_read() -> None:
    """By its whole name; what is not there is 0."""
    text = "# HELP a b\na_total 3.0\na_total_more 4.0\n"
    assert (metric(text, "a_total"), metric(text, "a")) == (3, 0)


def test_requests_without_an_answer_are_counted() -> None:
    """A server that hangs up in the middle loses a request, which is told."""

    async def run() -> Tally:
        async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readline()
            writer.close()

        server = await asyncio.start_server(hang_up, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        tally = await load("127.0.0.1", port, "/", iter(range(9)), connections=2)
        server.close()
        return tally

    tally = asyncio.run(run())
    assert (tally.lost, tally.latencies) == (2, [])


@needs_redis
@pytest.mark.usefixtures("patient")
def test_two_services_never_hand_out_the_same_drawing(penguin: Path) -> None:
    """Each of two that share a Redis is asked for 150 of the drawings that lie ready there: they are 300."""

    async def ask(sites: Sequence[Real], count: int) -> list[Tally]:
        ports = [int(site.host.partition(":")[2]) for site in sites]
        asked = [load("127.0.0.1", port, "/draw/penguin", iter(range(count)), keep_seeds=True) for port in ports]
        return await asyncio.gather(*asked)

    with (
        redis_server() as redis,
        real(penguin.parent, redis_url=redis.url, pool_size=512) as first,
        real(penguin.parent, redis_url=redis.url, pool_size=512) as second,
    ):
        sites = first, second
        asyncio.run(ask(sites, 9))  # often enough for a pool
        until(lambda: sum(lying(f"http://{site.host}") for site in sites) >= 450)
        tallies = asyncio.run(ask(sites, 150))
    assert [tally.caches for tally in tallies] == [{"hit": 150}] * 2
    assert len({seed for tally in tallies for seed in tally.seeds}) == 300


@needs_redis
@pytest.mark.slow
def test_redis_may_die_under_load(penguin: Path) -> None:
    """Killed and started again, it costs no request and no 5xx; pools are refilled, and the log stays short."""
    report = chaos(penguin, seconds=4, every=2)
    assert report.is_good(), report
    assert report.kills == 1
    assert report.caches["hit"] > 0


@pytest.mark.parametrize(
    "broken",
    [
        {"statuses": {"200": 9, "503": 1}},
        {"lost": 1},
        {"duplicates": 1},
        {"redis_up": False},
        {"refills_after_the_last_restart": 0},
        {"log_lines": 1000},
    ],
)
def test_each_broken_promise_is_noticed(broken: dict[str, object]) -> None:
    """A report is good only if all promises were kept."""
    good: dict[str, object] = {"kills": 1, "statuses": {"200": 9}, "redis_up": True, "log_lines": 2}
    good |= {"refills_after_the_last_restart": 32}
    assert Report(**good).is_good()  # type: ignore[arg-type] # by name
    assert not Report(**(good | broken)).is_good()  # type: ignore[arg-type]
