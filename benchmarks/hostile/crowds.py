"""Attacks by numbers: slow streams that fill every slot, pools of everything, pictures for hundreds."""

import random

from benchmarks.hostile.target import Attack, Target

STREAMS = 768  # as many as have a place by default
TEMPERATURES = 228
TIMES = 3  # that a pool is asked for, after which it is kept


async def streams_slowly(target: Target, _chance: random.Random) -> None:
    """A drawing at a point a second."""
    await target.ask(target.request("GET", f"/draw/{target.category}/stream?pace=1"))


async def asks_for_pools(target: Target, chance: random.Random) -> None:
    """Drawings at one of many temperatures, often enough that some are kept ready."""
    temperature = 0.1 + chance.randrange(TEMPERATURES) / 200
    for _ in range(TIMES):
        await target.ask(target.request("GET", f"/draw/{target.category}?temp_xy={temperature}"))


async def asks_for_pictures(target: Target, chance: random.Random) -> None:
    """Many drawings as one large picture."""
    form = chance.choice(["gif", "gif", "png", "svg"])
    await target.ask(target.request("GET", f"/draw/{target.category}?format={form}&count=64"))


ATTACKS = (
    Attack(6, "slow streams", STREAMS, streams_slowly),
    Attack(6, "pools of all temperatures", 32, asks_for_pools),
    Attack(7, "pictures for hundreds", 300, asks_for_pictures),
)
