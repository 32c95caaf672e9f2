"""One batch for all drawings of a network: of any subject, at any pace, watched or not, begun or given."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch

from app.engine.delivery import Delivery
from app.engine.device import Decodes, runner_of
from app.engine.engine import Engine
from app.engine.job import DrawingJob
from app.engine.prefix import Prefix
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from app.engine.scheduling.scheduler import Batch
from app.engine.slot_runner import SlotRunner
from app.engine.stream import Stream
from app.errors import DecodingFailed
from model.checkpoint import Checkpoint
from model.strokes import Array
from tests.app.engine.test_engine import granted, running, state
from tests.app.tiny import LATENT, alone, busy, request_of

pytestmark = pytest.mark.anyio

SUBJECTS = range(5)
DELIVERIES = (
    Delivery.whole(),
    Delivery.streamed(),
    Delivery.streamed(2),
    Delivery.streamed(33),
    Delivery.streamed(belief=True),
    Delivery.streamed(2, belief=True),
)


def long(network: Checkpoint, number: int, rows: int = 20) -> DrawRequest:
    """A drawing of a subject that has more rows than so many."""
    wanted = (request_of(network, number, seed=seed) for seed in range(99))
    return next(request for request in wanted if len(alone(request).stroke5) > rows)


def watched(engine: Engine, patch: pytest.MonkeyPatch) -> list[Batch[DrawingJob]]:
    """The batches that the engine runs from here on."""
    seen: list[Batch[DrawingJob]] = []
    run = engine._device.run

    def noted(batch: Batch[DrawingJob], ready: Callable[[], None]) -> list[Array]:
        seen.append(batch)
        return run(batch, ready)

    patch.setattr(engine._device, "run", noted)
    return seen


async def rows_of(stream: Stream) -> Array:
    """All rows of a drawing, those given before it; what it does not grant itself is granted as it is read."""
    parts = [] if stream.request.prefix is None else [stream.request.prefix.rows]
    while len(rows := await stream.read()):
        parts.append(rows)
        stream.grant(len(rows))
    return np.concatenate(parts)


@pytest.mark.parametrize("runner", [runner_of, SlotRunner])
async def test_one_batch_holds_all_drawings_of_a_network(
    animals: Checkpoint, monkeypatch: pytest.MonkeyPatch, runner: Callable[[Checkpoint], Decodes]
) -> None:
    """Every subject in every way, side by side in one batch a turn; each comes out bit for bit as alone."""
    no_style = torch.zeros(1, LATENT)  # what is given has none
    requests = [long(animals, number, 9) for number in SUBJECTS]
    wanted = []
    for request, delivery, given in product(requests, DELIVERIES, (0, 1, 7)):
        whole = alone(request, no_style if given else None).stroke5
        prefix = Prefix(request.subject.number, whole[:given]) if given else None
        wanted.append((replace(request, prefix=prefix), delivery, whole))
    async with running(limits=Limits(few=2, many=5), runner=runner) as engine:
        batches = watched(engine, monkeypatch)
        with busy(engine):
            streams = [engine.open([request], delivery)[0] for request, delivery, _ in wanted]
            await state(engine, f"{len(wanted)} waiting")
        drawn = await asyncio.gather(*map(rows_of, streams))
    assert {job.request.subject.number for job in batches[0].jobs} == set(SUBJECTS)
    assert len(batches[0].jobs) == len(wanted)
    for (_, _, whole), rows in zip(wanted, drawn, strict=True):
        assert np.array_equal(rows, whole)


async def test_beliefs_are_of_the_drawing_alone(animals: Checkpoint) -> None:
    """Each row comes with what it was drawn from, whatever others draw beside it."""
    wanted = [request_of(animals, number, seed=seed) for number in SUBJECTS for seed in range(3)]

    async def told(requests: Sequence[DrawRequest]) -> list[list[Any]]:
        streams = engine.open(requests, Delivery.streamed(belief=True))
        company = engine.open(wanted, Delivery.streamed(33)) if len(requests) > 1 else []
        drawn, _ = await asyncio.gather(*(asyncio.gather(*map(rows_of, some)) for some in (streams, company)))
        return [stream.beliefs(len(rows)) for stream, rows in zip(streams, drawn, strict=True)]

    async with running() as engine:
        together = await told(wanted)
        for request, beliefs in zip(wanted, together, strict=True):
            [expected] = await told([request])
            assert [one is None for one in beliefs] == [one is None for one in expected]
            for ours, theirs in zip(filter(None, beliefs), filter(None, expected), strict=True):
                assert np.array_equal(ours.pi, theirs.pi)
                assert np.array_equal(ours.mean, theirs.mean)
                assert np.array_equal(ours.pen, theirs.pen)


async def test_a_slow_pace_holds_back_nobody(animals: Checkpoint, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one batch each takes its own steps: the slow one its burst at most, the fast one as many as a turn has."""
    slow, fast = long(animals, 0), long(animals, 1)
    async with running(limits=Limits(few=4, many=40, seconds=60)) as engine:
        batches = watched(engine, monkeypatch)
        with busy(engine):
            [stream] = engine.open([slow], granted(2))
            drawing = asyncio.create_task(engine.draw([fast]))
            await state(engine, "2 waiting")
        await drawing
        assert len(await stream.read()) == 2
        await state(engine, "0 running, 1 parked")
        assert np.array_equal((await drawing)[0].stroke5, alone(fast).stroke5)
        stream.close()
    assert list(batches[0].steps) == [4, 2]
    assert [[job.request.subject.number for job in batch.jobs] for batch in batches] == [[1, 0], [1]]
    assert list(batches[1].steps) == [40]


class Reads:
    """A module that notes how many rows of how many drawings it reads, or fails where it is told to read."""

    def __init__(self, real: Any, *, fails: bool = False) -> None:
        self.real = real
        self.fails = fails
        self.calls: list[list[int]] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def read(self, state: Any, rows: Any, lengths: Any) -> Any:
        self.calls.append(lengths.tolist())
        if self.fails:
            raise RuntimeError("cannot read")
        return self.real.read(state, rows, lengths)


async def test_reading_is_bounded_and_shared(animals: Checkpoint) -> None:
    """What is given is read once for all that share it, with others in one call, a few rows a turn."""
    first, second = long(animals, 0), long(animals, 1)
    module = Reads(animals.module)
    network = replace(animals, module=module)
    shared = Prefix(0, alone(first).stroke5[:17])
    other = Prefix(1, alone(second).stroke5[:3])
    wanted = [replace(first, network=network, prefix=shared, seed=seed) for seed in (first.seed, 1, 2)]
    wanted.append(replace(second, network=network, prefix=other))
    async with running(limits=Limits(few=2, many=5)) as engine:
        drawings = await engine.draw(wanted)
    assert np.array_equal(drawings[0].stroke5, alone(first).stroke5)
    assert np.array_equal(drawings[3].stroke5, alone(second).stroke5)
    assert sum(call[0] for call in module.calls) == 17
    assert sum(call[1] for call in module.calls if len(call) == 2) == 3
    assert max(max(call) for call in module.calls) <= 5
    assert module.calls[0] == [2, 2]


async def test_a_failure_leaves_those_who_wait_as_they_are(animals: Checkpoint) -> None:
    """A drawing of the same network that waits for its reader is not in the batch that fails: it goes on as ever."""
    module = Reads(animals.module)
    network = replace(animals, module=module)
    slow = replace(long(animals, 0), network=network)
    given = replace(long(animals, 1), network=network, prefix=Prefix(1, alone(long(animals, 1)).stroke5[:3]))
    async with running() as engine:
        [stream] = engine.open([slow], granted(2))
        parts = [await stream.read()]
        await state(engine, "0 running, 1 parked")
        module.fails = True
        with pytest.raises(DecodingFailed):
            await engine.draw([given])
        stream.grant(2)
        parts.append(await rows_of(stream))
    assert np.array_equal(np.concatenate(parts), alone(slow).stroke5)
