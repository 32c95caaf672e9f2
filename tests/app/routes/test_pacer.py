import asyncio

import pytest

from app.engine.delivery import GRANT, frame
from app.routes.pacer import LONGEST, MESSAGES, TICK, Pacer

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


@pytest.mark.parametrize("pace", [1.0, 30.0, 60.0, 1000.0])
async def test_the_more_have_a_pace_the_more_points_come_at_a_time(pace: float) -> None:
    """A few have smooth messages; of many come no more messages than can be sent, until they hold half a second."""
    pacer = Pacer()
    most = max(1, min(GRANT, int(pace * LONGEST)))
    sizes = {drawings: _frame(pacer, pace, drawings) for drawings in (1, 20, 100, 300, 1000, 100_000)}
    assert sizes[1] == sizes[20] == frame(pace)
    assert sorted(sizes.values()) == list(sizes.values())
    assert sizes[100_000] == most
    for drawings, points in sizes.items():
        assert drawings * pace / points <= MESSAGES or points == most


def _frame(pacer: Pacer, pace: float, drawings: int) -> int:
    pacer.drawings = set(range(drawings))
    return pacer.frame(pace)
