"""Requests per second and latency of `GET /draw/penguin` from a warm pool, beside a bare route of the same server.

The bare route returns the bytes of one drawing and knows nothing else. The server and what asks it are processes of
their own. The two routes take turns, in rounds short enough that the pool stays above the mark at which it is refilled:
what is measured is handing out, not decoding.
"""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from app.pools.redis_store import AHEAD
from benchmarks.asked import Asked
from benchmarks.options import Options
from benchmarks.redis_server import PROGRAM, redis_server

POOL = 1024  # drawings
ROUND = 400  # requests: fewer than lie above the mark at half, with what is taken ahead out of Redis
MARGIN = 130  # requests after a round that bring the pool below that mark
WARM_UPS = 1
MOST = 7  # rounds: each costs a refill of half the pool
SETTLED = 1.0  # seconds without another batch after which a refill is over
READY = 180.0  # seconds for the pool to be full, decoding included
BARE, DRAW = 0, 1
HEAD = (
    "requests per second, and 99th percentile in ms\n\n"
    f"{'pool':>8} {'bare':>8} {'drawing':>8} {'ratio':>6} {'bare p99':>9} {'drawing p99':>12} {'ratio':>6}"
)
Ask = Callable[[int, int], dict[str, Any]]  # index of a path and number of requests to their tally


@dataclass(frozen=True, slots=True)
class Rate:
    """One round: requests per second, and the 99th percentile of their latency in seconds."""

    per_second: float
    p99: float


def serving(options: Options) -> dict[str, object]:
    """All figures of this benchmark, for the JSON document."""
    if options.checkpoint is None:
        print("no checkpoint to serve: left out\n")
        return {}
    print(HEAD)
    figures = {"memory": _measure(options, "")}
    _print("memory", figures["memory"])
    if PROGRAM is None:
        print("redis-server is not installed: left out")
    else:
        with redis_server() as redis:
            figures["redis"] = _measure(options, redis.url)
        _print("redis", figures["redis"])
    print()
    return {key: {kind: figure[key] for kind, figure in figures.items()} for key in figures["memory"]}


def _measure(options: Options, redis_url: str) -> dict[str, float]:
    assert options.checkpoint is not None
    paths = ["/bare", Asked.of(options.checkpoint).path]
    with served(options.checkpoint, redis_url) as base, client(base, paths) as ask:
        rounds: list[tuple[Rate, Rate]] = []
        for i in range(WARM_UPS + min(MOST, options.repeats)):
            _fill(base, ask)
            bare, drawn = ask(BARE, ROUND), ask(DRAW, ROUND)
            assert drawn["caches"] == {"hit": ROUND}, drawn["caches"]
            if i >= WARM_UPS:
                rounds.append((_rate(bare), _rate(drawn)))
    bares, draws = zip(*rounds, strict=True)
    return {
        "pool_to_bare_ratio": round(median(draw.per_second / bare.per_second for bare, draw in rounds), 3),
        "pool_to_bare_p99_ratio": round(median(draw.p99 / bare.p99 for bare, draw in rounds), 2),
        "pool_requests_per_second": round(median(draw.per_second for draw in draws), 1),
        "bare_requests_per_second": round(median(bare.per_second for bare in bares), 1),
        "pool_p99_ms": round(1000 * median(draw.p99 for draw in draws), 2),
        "bare_p99_ms": round(1000 * median(bare.p99 for bare in bares), 2),
    }


def _rate(tally: dict[str, Any]) -> Rate:
    assert tally["statuses"] == {"200": ROUND}, tally["statuses"]
    latencies = sorted(tally["latencies"])
    return Rate(ROUND / tally["seconds"], latencies[int(0.99 * len(latencies))])


def _fill(base: str, ask: Ask) -> None:
    """Ask until the pool is below the mark at which it is refilled, and wait until it is full again."""
    before = refills(base)
    ask(DRAW, MARGIN)
    end = time.monotonic() + READY
    last = before
    while time.monotonic() < end:
        time.sleep(SETTLED)
        now = refills(base)
        if now == last > before and lying(base) >= ROUND + AHEAD:  # else a busy machine is between two batches
            return
        last = now
    raise TimeoutError("the pool is not filled")


def refills(base: str) -> float:
    """Drawings that the server has made for its pools."""
    return metric(get(f"{base}/metrics").decode(), "inkstream_pool_refills_total")


def lying(base: str) -> float:
    """Drawings that it made for its pools and has not handed out."""
    text = get(f"{base}/metrics").decode()
    return metric(text, "inkstream_pool_refills_total") - metric(text, 'inkstream_pool_answers_total{cache="hit"}')


def metric(text: str, name: str) -> float:
    """A value in the text of `/metrics`, 0 where it has none."""
    return next((float(line.split()[1]) for line in text.splitlines() if line.startswith(f"{name} ")), 0.0)


def get(url: str) -> bytes:
    """The body of an answer. Raises OSError."""
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 - a server of our own
        body: bytes = answer.read()
    return body


@contextmanager
def served(checkpoint: Path, redis_url: str, *, log: Path | None = None, **settings: object) -> Iterator[str]:
    """A server in a process of its own, ready to draw; where it is."""
    given = {"checkpoint": str(checkpoint), "redis_url": redis_url, "pool_size": POOL, **settings}
    with (
        nullcontext(subprocess.DEVNULL) if log is None else log.open("ab") as errors,
        subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-m", "benchmarks.server", json.dumps(given)],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        ) as process,
    ):
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            if not port:
                raise OSError("the server does not start")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


@contextmanager
def client(base: str, paths: list[str]) -> Iterator[Ask]:
    """What asks for some of the paths, so many times: a function that returns the tally, from a process of its own."""
    host, port = base.removeprefix("http://").split(":")
    with subprocess.Popen(  # noqa: S603 - ourselves
        [sys.executable, "-m", "benchmarks.asking", host, port, *paths],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        writer, reader = process.stdin, process.stdout

        def ask(path: int, count: int) -> dict[str, Any]:
            writer.write(f"{path} {count}\n")
            writer.flush()
            tally: dict[str, Any] = json.loads(reader.readline())
            return tally

        yield ask


def _print(kind: str, f: dict[str, float]) -> None:
    print(
        f"{kind:>8} {f['bare_requests_per_second']:>8,.0f} {f['pool_requests_per_second']:>8,.0f} "
        f"{f['pool_to_bare_ratio']:>6.2f} {f['bare_p99_ms']:>9.2f} {f['pool_p99_ms']:>12.2f} "
        f"{f['pool_to_bare_p99_ratio']:>6.2f}",
        flush=True,
    )
