"""Attacks by requests: headers that cost time, large answers, bodies that never come, forged lines of the log."""

import asyncio
import json
import random

from benchmarks.hostile.target import Attack, Target

FORGED = "FORGED"  # what a line of the log may not begin with
LISTENING_SECONDS = 1.5  # for what a client that sends nothing more is told
HEADERS = (
    ("Accept", 'image/svg+xml;x="' + " " * 15_000 + '"'),
    ("Accept", ",".join(["image/svg+xml;q=0.1"] * 780)),
    ("Accept", "image/*;" * 1_900),
    ("Accept-Encoding", "gzip;q=0.5," * 1_400),
    ("Origin", "http://["),
    ("Origin", "http://" + "a." * 7_000),
    ("If-None-Match", '"' + '","' * 5_000 + '"'),
    ("If-None-Match", "W/" * 7_500),
    ("Forwarded", 'host="' + "a;" * 7_000),
    ("X-Forwarded-For", "1.2.3.4," * 1_800),
    ("X-Forwarded-Host", "a," * 7_500),
    ("X-Forwarded-Prefix", "/a" * 7_500),
    ("Cookie", "a=b; " * 3_000),
    ("Content-Type", "multipart/form-data; " + "a=b;" * 3_500),
    ("Authorization", "Bearer " + " " * 15_000),
    ("Connection", "close," * 2_500),
    ("X-Request-ID", "a" * 15_000),
)
QUERIES = ("?" + "a=b&" * 3_500, "?seed=" + "9" * 15_000, "?color=" + "rgb(" * 3_500, "?system=" + "%20" * 5_000)


async def costs(target: Target, chance: random.Random) -> None:
    """Headers and queries that are slow to read where an expression is."""
    path = f"/draw/{target.category}"
    if chance.random() < len(QUERIES) / (len(QUERIES) + len(HEADERS)):
        await target.ask(target.request("GET", path + chance.choice(QUERIES)))
        return
    name, value = chance.choice(HEADERS)
    await target.ask(target.request("GET", path, {name: value}))


async def completes(target: Target, chance: random.Random) -> None:
    """Long beginnings of many drawings: more than may be, and as much as may be."""
    points, count = chance.choice([(9_900, 64), (9_900, 10), (1_500, 64)])
    stroke = [[i % 997, i * i % 991] for i in range(points)]
    body = json.dumps({"strokes": [stroke], "count": count, "simplify": False}).encode()
    headers = {"Content-Type": "application/json"}
    await target.ask(target.request("POST", f"/complete/{target.category}", headers, body))


async def forges(target: Target, chance: random.Random) -> None:
    """Lines of the log."""
    end = chance.choice(["%0a", "%0d", "%0d%0a", "%e2%80%a8", "%c2%85", "%1b[2K%1b[G", "%0b", "%00%0a"])
    await target.ask(target.request("GET", f"/draw/{end}{FORGED}%20INFO%20all%20is%20well"))


async def _asks_head(target: Target, chance: random.Random) -> None:
    path = chance.choice([f"/draw/{target.category}/stream?pace=1", f"/draw/{target.category}?format=gif&count=64"])
    await target.ask(target.request("HEAD", path))


async def _says_no_more(target: Target, chance: random.Random) -> None:
    async with target.connection() as (reader, writer):
        writer.write(target.request("GET", f"/draw/{target.category}?count={chance.choice([1, 64])}"))
        writer.write_eof()
        await target.answer(reader)


async def _leaves_body_unsent(target: Target, chance: random.Random) -> None:
    drawing, completion = f"/draw/{target.category}", f"/complete/{target.category}"
    method, path = chance.choice(
        [("GET", f"{drawing}/stream"), ("GET", f"{drawing}?format=png"), ("POST", completion), ("PUT", drawing)]
    )
    length = chance.choice(["10", "300000", "99999999999999999999"])
    headers = {"Content-Length": length, "Content-Type": "application/json"}
    async with target.connection() as (reader, writer):
        writer.write(target.request(method, path, headers, b"{"))
        try:
            async with asyncio.timeout(LISTENING_SECONDS):
                await target.answer(reader)
        except TimeoutError:
            target.outcome["waited for"] += 1


async def _asks_with_more(target: Target, chance: random.Random) -> None:
    path = chance.choice(["/healthz?x", "/readyz?x=1", "/metrics?x", "/nothing", "/draw/%ff", "/draw/" + "a" * 9_000])
    await target.ask(target.request(chance.choice(["GET", "POST", "BREW", "OPTIONS"]), path))


async def _reads_nothing(target: Target, chance: random.Random) -> None:
    path = f"/draw/{target.category}?format={chance.choice(['json', 'svg', 'ndjson'])}&count=64"
    async with target.connection() as (_, writer):
        writer.transport.pause_reading()  # type: ignore[attr-defined] # those of sockets have it
        writer.write(target.request("GET", path, {"Connection": "keep-alive"}) * 20)
        await asyncio.sleep(LISTENING_SECONDS)


SMALL = (_asks_head, _says_no_more, _leaves_body_unsent, _asks_with_more, _reads_nothing)


async def pesters(target: Target, chance: random.Random) -> None:
    """One of many small things that clients should not do."""
    await chance.choice(SMALL)(target, chance)


ATTACKS = (
    Attack(1, "headers that cost", 8, costs),
    Attack(5, "large completions", 8, completes),
    Attack(8, "forged lines of the log", 8, forges),
    Attack(10, "small things", 16, pesters),
)
