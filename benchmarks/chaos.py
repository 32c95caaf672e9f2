"""`python -m benchmarks.chaos`: kill and restart Redis again and again under load, and count what clients notice.

They are to notice nothing: no status of 500 and more, no request without an answer, and pools that fill again. The log
may say for each kill that Redis is gone and that it is back. The last line of output is one JSON document; the exit
status is 1 where a promise is broken.
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.asked import Asked
from benchmarks.asking import Tally, load
from benchmarks.options import ROOT
from benchmarks.redis_server import PROGRAM, RedisServer, redis_server
from benchmarks.serving import get, metric, served
from training import values

DOWN = 2.0  # seconds for which Redis is gone each time, at most; longer than several trials of it
POOL = 64  # drawings
BURST, PAUSE = 40, 0.4  # requests at a time, and seconds between: a load that leaves time for refills
PATIENCE = 150  # pauses until the pools have to be filled at first, and refilled from the end on
REFILLS = "inkstream_pool_refills_total"


@dataclass
class Report:
    """What was counted."""

    kills: int = 0
    requests: int = 0
    statuses: dict[str, int] = field(default_factory=dict)
    caches: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    duplicates: int = 0
    refills_after_the_last_restart: int = 0
    redis_up: bool = False
    log_lines: int = 0

    def is_good(self) -> bool:
        """Whether every promise was kept."""
        server_errors = any(int(status) >= 500 for status in self.statuses)
        quiet = self.log_lines <= 2 * self.kills + 4  # gone and back; a busy machine misses a time-out now and then
        return (
            not server_errors
            and not self.lost
            and not self.duplicates
            and self.redis_up
            and quiet
            and (self.refills_after_the_last_restart > 0)
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description="Kill Redis under load.")
    parser.add_argument("--seconds", type=values.seconds, default=120, help="how long (default: %(default)s)")
    parser.add_argument(
        "--every", type=values.seconds, default=10, help="seconds from kill to kill (default: %(default)s)"
    )
    parser.add_argument("--checkpoint", type=Path, default=ROOT / "checkpoints" / "penguin", help="what draws")
    given = parser.parse_args(arguments)
    if PROGRAM is None:
        print("redis-server is not installed", file=sys.stderr)
        return 2
    report = chaos(given.checkpoint, given.seconds, given.every)
    print(json.dumps(vars(report)))
    return 0 if report.is_good() else 1


def chaos(checkpoint: Path, seconds: float, every: float) -> Report:
    """Serve a checkpoint for so long, and kill Redis every so often."""
    with tempfile.TemporaryDirectory() as folder, redis_server() as redis:
        log = Path(folder) / "log"
        with served(checkpoint, redis.url, log=log, pool_size=POOL) as base:
            return asyncio.run(_chaos(base, Asked.of(checkpoint).path, redis, seconds, every, log))


async def _chaos(base: str, path: str, redis: RedisServer, seconds: float, every: float, log: Path) -> Report:
    host, port = base.removeprefix("http://").split(":")
    report = Report()
    await _until_filled(base, path)
    ends = asyncio.get_running_loop().time() + seconds
    killing = asyncio.create_task(_kill(base, redis, every, ends, report))
    tally = await _ask(host, int(port), path, ends)
    before = await killing
    for _ in range(PATIENCE):  # trials of Redis come with requests, after a pause of some seconds at most
        text = (await asyncio.to_thread(get, f"{base}/metrics")).decode()
        report.refills_after_the_last_restart = int(metric(text, REFILLS) - before)
        report.redis_up = bool(metric(text, "inkstream_redis_up"))
        if report.redis_up and report.refills_after_the_last_restart:
            break
        await asyncio.to_thread(get, base + path)
        await asyncio.sleep(PAUSE)
    report.requests = len(tally.latencies) + tally.lost
    report.statuses, report.caches, report.lost = dict(tally.statuses), dict(tally.caches), tally.lost
    report.duplicates = len(tally.seeds) - len(set(tally.seeds)) - tally.caches["reused"]
    report.log_lines = sum("Redis" in line for line in (await asyncio.to_thread(log.read_text)).splitlines())
    return report


async def _until_filled(base: str, path: str) -> None:
    """Ask often enough for a pool, and wait for it: what is killed has to be in use."""
    for _ in range(4):
        await asyncio.to_thread(get, base + path)
    for _ in range(PATIENCE):
        if metric((await asyncio.to_thread(get, f"{base}/metrics")).decode(), REFILLS) >= POOL:
            return
        await asyncio.sleep(PAUSE)
    raise TimeoutError("the pool is not filled")


async def _ask(host: str, port: int, path: str, ends: float) -> Tally:
    """Bursts of requests until the end, all counted together."""
    total = Tally()
    while asyncio.get_running_loop().time() < ends:
        some = await load(host, port, path, iter(range(BURST)), connections=8, keep_seeds=True)
        total.latencies += some.latencies
        total.seeds += some.seeds
        total.statuses += some.statuses
        total.caches += some.caches
        total.lost += some.lost
        await asyncio.sleep(PAUSE)
    return total


async def _kill(base: str, redis: RedisServer, every: float, ends: float, report: Report) -> float:
    """Kill Redis every so often, and leave it running in the end; how much was refilled by then."""
    loop = asyncio.get_running_loop()
    while loop.time() + every < ends:
        await asyncio.sleep(every - min(DOWN, every / 2))
        redis.kill()
        report.kills += 1
        await asyncio.sleep(min(DOWN, every / 2))
        await asyncio.to_thread(redis.start)
    return metric((await asyncio.to_thread(get, f"{base}/metrics")).decode(), REFILLS)


if __name__ == "__main__":
    sys.exit(main())
