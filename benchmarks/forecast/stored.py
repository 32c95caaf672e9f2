"""What drawings take on the wire and in Redis: asked of a real service with a real `redis-server`."""

import asyncio
import json
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.request import Request, urlopen

import redis
from websockets.asyncio.client import connect

from benchmarks.asked import Asked
from benchmarks.redis_server import PROGRAM, redis_server
from benchmarks.served import ROOT, Served, served

FORMATS = ("svg", "png", "webp", "gif", "json", "ndjson")
DRAWINGS = 40  # that sizes are the mean of
ADDRESSES = 400  # clients whose rates are counted
PACKET = 66  # bytes of Ethernet, IP and TCP around each message
FILLING = 120.0  # seconds for a pool to be full
POOL = 64


def sent(service: Served, paths: Sequence[str], category: str, system: str, pace: float) -> dict[str, float]:
    """Bytes of an answer by format, with its head; of events; of a stream's messages, each in a packet of its own."""
    some = paths[:DRAWINGS]
    sizes = {form: _mean([_size(f"http://{service.host}{path}&format={form}") for path in some]) for form in FORMATS}
    events = [f"/draw/{category}/stream?system={system}&seed={seed}" for seed in range(DRAWINGS)]
    sizes["events"] = _mean([_size(f"http://{service.host}{path}") for path in events])
    sizes["stream"] = asyncio.run(_stream(service.host, category, system, pace))
    return sizes


def _size(url: str, headers: Mapping[str, str] | None = None) -> int:
    request = Request(url, headers=dict(headers or {}))  # noqa: S310 - a service of our own
    with urlopen(request, timeout=60) as answer:  # noqa: S310 - a service of our own
        return len(answer.read()) + len(str(answer.headers))


async def _stream(host: str, category: str, system: str, pace: float) -> float:
    """Bytes a second of a stream at a pace, those around its messages among them."""
    async with connect(f"ws://{host}/ws/draw/{category}?wait=1", compression=None) as socket:
        await socket.send(json.dumps({"type": "draw", "seed": 1, "system": system, "pace": pace}))
        size, since = 0, time.monotonic()
        async for message in socket:
            size += len(message) + PACKET + 4  # of the frame
            if json.loads(message)["type"] == "end":
                break
        return round(size / (time.monotonic() - since), 1)


def _mean(sizes: Sequence[int]) -> float:
    return round(sum(sizes) / len(sizes), 1)


def kept(asked: Asked) -> dict[str, float]:
    """What Redis takes: bytes of a ready drawing and of a client's rate, commands and processor time of a drawing."""
    if PROGRAM is None:
        return {}
    settings: dict[str, Any] = {
        "pool_size": POOL,
        "rate_limit": "100000/minute",
        "client_share": 1,
        "preload": 1,
        "threads": 1,
    }
    with (
        redis_server() as server,
        redis.Redis.from_url(server.url) as client,
        served(ROOT / "checkpoints", redis_url=server.url, device="cpu", **settings) as service,
    ):
        url = f"http://{service.host}{asked.path}"
        pool = _fill(client, url)
        drawing = client.memory_usage(pool, samples=0) / client.llen(pool)
        commands, seconds = _work(client)
        for _ in range(POOL // 2):
            _size(url)
        after = _work(client)
        before = client.info("memory")["used_memory"]
        for number in range(ADDRESSES):
            address = f"10.1.{number // 250}.{number % 250 + 1}"
            _size(f"{url}{'&' if '?' in url else '?'}seed=1&format=json", {"X-Forwarded-For": address})
        rate = (client.info("memory")["used_memory"] - before) / ADDRESSES
    return {
        "bytes_of_a_ready_drawing": round(drawing, 1),
        "bytes_of_a_rate": round(rate, 1),
        "commands_of_a_drawing": round((after[0] - commands) / (POOL // 2), 2),
        "microseconds_of_a_drawing": round((after[1] - seconds) / (POOL // 2) * 1e6, 1),
    }


def _work(client: redis.Redis) -> tuple[int, float]:
    cpu = client.info("cpu")
    return client.info("stats")["total_commands_processed"], cpu["used_cpu_user"] + cpu["used_cpu_sys"]


def _fill(client: redis.Redis, url: str) -> bytes:
    """Ask until there is a full pool; its name."""
    late = time.monotonic() + FILLING
    while time.monotonic() < late:
        pools: list[bytes] = [name for name in client.scan_iter("inkstream:*:pool:*") if client.type(name) == b"list"]
        if pools and client.llen(pools[0]) >= POOL // 2:
            return pools[0]
        if not pools:
            _size(url)
        time.sleep(0.2)
    raise TimeoutError("the pool is not filled")
