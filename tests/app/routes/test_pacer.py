import asyncio

import pytest

from app.routes.pacer import TICK, Pacer

pytestmark = pytest.mark.anyio


async def test_those_who_rest_are_woken_together() -> None:
    """Moments within a tick are one moment, by one timer, neither early nor late by more than half of a tick."""
    loop = asyncio.get_running_loop()
    pacer = Pacer()
    tick = round(loop.time() / TICK) + 3
    woken: list[float] = []
    rests = [pacer.rest((tick + part) * TICK) for part in (-0.4, -0.2, 0, 0.2, 0.4)]
    for rest in rests:
        rest.add_done_callback(lambda _: woken.append(loop.time()))
    assert len(pacer._resting) == 1
    await asyncio.gather(*rests)
    await asyncio.sleep(0)
    assert len(woken) == 5
    assert woken[0] >= (tick - 0.1) * TICK
    assert pacer._resting == {}


async def test_one_may_be_woken_before() -> None:
    """A client that says something, or hangs up, ends its rest alone."""
    pacer = Pacer()
    until = asyncio.get_running_loop().time() + 2 * TICK
    early, gone, other = (pacer.rest(until) for _ in range(3))
    early.set_result(None)
    gone.cancel()
    await early
    assert not other.done()
    await other


async def test_a_pace_is_kept_over_many_rests() -> None:
    """Ticks add nothing up: so many rests of a time take as long as all of the time."""
    loop = asyncio.get_running_loop()
    pacer, begun, step = Pacer(), loop.time(), 0.021
    for number in range(1, 21):
        await pacer.rest(begun + number * step)
    assert loop.time() - begun >= 20 * step - TICK
