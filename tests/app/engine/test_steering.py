"""Temperatures that change while a drawing is made."""

import asyncio
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.engine.delivery import Delivery
from app.engine.request import DrawRequest
from app.engine.scheduling.job import ENDLESS
from app.engine.scheduling.limits import Limits
from app.engine.steering import Steering, TemperatureChange
from model.checkpoint import load_checkpoint
from tests.app.engine.test_engine import granted, running, same
from tests.app.tiny import alone, request_of

Change = TemperatureChange


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> DrawRequest:
    """A drawing with more than twenty points."""
    wanted = (request_of(load_checkpoint(checkpoints / "cat"), seed=seed) for seed in range(99))
    return next(request for request in wanted if len(alone(request).stroke5) > 20)


def test_a_wish_holds_from_the_next_point_and_ends_what_was_known() -> None:
    """Changes known beforehand come at their points, until a client wishes for others."""
    steering = Steering((1, 1), [Change(0, temp_p=2), Change(3, 0.5), Change(9, 3)])
    assert [steering.next_change(point) for point in (0, 3, 9)] == [3, 9, ENDLESS]
    assert [steering.temperatures(point) for point in (0, 2, 4)] == [(1, 2), (1, 2), (0.5, 2)]
    steering.wish(None, 0.25)
    assert steering.next_change(5) == 9
    assert [steering.temperatures(point) for point in (5, 9)] == [(0.5, 0.25), (0.5, 0.25)]
    assert steering.made == (Change(0, temp_p=2), Change(3, 0.5), Change(5, temp_p=0.25))


def test_what_changes_nothing_is_no_change() -> None:
    """Wishes for what is so already leave no trace; several at one point are one."""
    steering = Steering((1, 1))
    for wish in ((1, None), (None, None), (2, None), (None, 3)):
        steering.wish(*wish)
    assert steering.temperatures(4) == (2, 3)
    assert steering.made == (Change(4, 2, 3),)


@pytest.mark.anyio
async def test_a_change_comes_at_its_point_whatever_the_turns(cat: DrawRequest) -> None:
    """Bit for bit the same with long turns and short ones, alone and beside others; before it all is as without."""
    changed = replace(cat, changes=(Change(5, 3), Change(6, temp_p=0), Change(17, 0, 1)))
    drawings = []
    for limits in (Limits(), Limits(few=2, many=3), Limits(few=1, many=1)):
        async with running(limits=limits) as engine:
            [one], _ = await asyncio.gather(engine.draw([changed]), engine.draw([cat] * 3))
            drawings.append(one)
    plain = alone(cat).stroke5
    assert np.array_equal(drawings[0].stroke5[:5], plain[:5])
    assert not np.array_equal(drawings[0].stroke5[5], plain[5])
    assert all(same(drawings[0], other) for other in drawings[1:])


@pytest.mark.anyio
async def test_what_was_steered_can_be_asked_for(cat: DrawRequest) -> None:
    """A drawing whose reader changed the temperatures is drawn again by a request that knows the changes."""
    async with running(limits=Limits(few=2, many=3)) as engine:
        [stream] = engine.open([cat], granted(3))
        parts = [await stream.read()]
        for temp_xy, temp_p in ((2.5, None), (None, 0.125), (0.1, 1)):
            stream.change(temp_xy, temp_p)
            stream.grant(3)
            parts.append(await stream.read())
        stream.grant(99)
        while len(rows := await stream.read()):
            parts.append(rows)
        steered = np.concatenate(parts)
        assert len(stream.changes) > 1
        [again] = await engine.draw([replace(cat, changes=stream.changes)])
        [live] = engine.open([replace(cat, changes=stream.changes)], Delivery.streamed())
        assert np.array_equal((await live.whole()).stroke5, steered)
    assert np.array_equal(again.stroke5, steered)
    assert live.changes == stream.changes
