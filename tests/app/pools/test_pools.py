"""From demand to ready drawings, with a real engine and real stores."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from app.engine.chooser import Chooser
from app.engine.engine import Engine
from app.engine.metrics import Metrics
from app.engine.recognition import Recognition
from app.engine.request import DrawRequest
from app.engine.scheduling.limits import Limits
from app.errors import DecodingFailed
from app.formats.render import render
from app.pools.entry import ReadyDrawing, from_entry
from app.pools.memory import MemoryPools
from app.pools.pools import Pools
from app.pools.refill import Refiller
from app.pools.store import Key, Lease, Sizes
from model.checkpoint import load_checkpoint
from model.drawing import Drawing
from model.picture.look import PLAIN
from tests.app.tiny import request_of, until

pytestmark = pytest.mark.anyio

SIZES = Sizes(drawings=8, pools=3, bytes=2**20, idle=60)


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> DrawRequest:
    return request_of(load_checkpoint(checkpoints / "cat"), temp_xy=0.4)  # as its card recommends


class Parts:
    """The parts of a running service that keep drawings ready."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.engine = Engine(threads=1, limits=Limits(), deadline=30, metrics=self.metrics)
        self.store = MemoryPools(SIZES)
        chooser = Chooser(self.engine, Recognition(8, 30, self.metrics))
        self.now = 0.0
        self.refiller = Refiller(chooser, self.store, self.metrics, lambda: self.now)
        self.pools = Pools(self.store, self.refiller, self.metrics, most=2, clock=lambda: self.now)

    def count(self, name: str) -> float:
        return self.metrics.registry.get_sample_value(name) or 0


@asynccontextmanager
async def running() -> AsyncIterator[Parts]:
    parts = Parts()
    parts.engine.start()
    parts.pools.start()
    try:
        yield parts
    finally:
        await parts.pools.close()
        await asyncio.to_thread(parts.engine.close)


async def full(parts: Parts, request: DrawRequest) -> None:
    await asyncio.to_thread(until, lambda: parts.store.level(Key.of(request)) == SIZES.drawings)


async def ask(parts: Parts, request: DrawRequest, times: int) -> list[ReadyDrawing | None]:
    return [await parts.pools.take(request) for _ in range(times)]


async def test_what_is_asked_for_often_lies_ready(cat: DrawRequest) -> None:
    """The third request has a pool made; from then on drawings lie ready: those of their seeds, with their SVG."""
    async with running() as parts:
        assert await ask(parts, cat, 3) == [None] * 3
        await full(parts, cat)
        found = [ready for ready in await ask(parts, cat, 3) if ready is not None]
        assert len({ready.seed for ready in found}) == 3
        for ready in found:
            request = replace(cat, seed=ready.seed)
            [drawing] = await parts.engine.draw([request])
            assert ready.drawing().stroke5.tobytes() == drawing.stroke5.tobytes()
            assert ready.svg == render("svg", [(request, drawing)], PLAIN, several=False)
        assert parts.count("inkstream_pool_refills_total") == 8


async def test_a_pool_is_refilled_when_half_is_gone(cat: DrawRequest) -> None:
    """Taking goes on while it is refilled, and no drawing comes twice."""
    async with running() as parts:
        await ask(parts, cat, 3)
        seeds: set[int] = set()
        for _ in range(5):
            await full(parts, cat)
            found = await ask(parts, cat, 4)
            seeds |= {ready.seed for ready in found if ready is not None}
        assert len(seeds) == 20


async def test_what_is_asked_for_once_is_no_pool(cat: DrawRequest) -> None:
    """Made up temperatures do not fill the store."""
    async with running() as parts:
        for i in range(50):
            await ask(parts, replace(cat, temp_xy=i / 50), 2)
        assert parts.store.held() == (0, 0, 0)


@asynccontextmanager
async def refills(parts: Parts) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """What gives the engine time for one refill, of a pool or a part of one, and waits until it is made, if any is."""
    time, made, draw = asyncio.Semaphore(0), [0], parts.engine.draw

    async def in_time(requests: Sequence[DrawRequest], *, spare: bool = False, owner: Hashable = None) -> list[Drawing]:
        await time.acquire()
        return await draw(requests, spare=spare)

    async def put(lease: Lease, entries: Sequence[bytes]) -> None:
        parts.store.add(lease.key, entries)
        made[0] += 1

    async def refill() -> None:
        before = made[0]
        time.release()
        await asyncio.to_thread(until, lambda: made[0] > before or not parts.refiller._wanted)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parts.engine, "draw", in_time)
        patch.setattr(parts.store, "put", put)
        yield refill


@pytest.mark.parametrize("times", [3, 20])
async def test_made_up_temperatures_cost_others_no_hits(cat: DrawRequest, times: int) -> None:
    """A stranger asks for 228 of them, again and again: who takes what is recommended is served as before.

    Here the engine has time for one refill in four requests, and each refill is good for eight.
    """
    hits = 0
    async with running() as parts:
        await ask(parts, cat, 3)
        await full(parts, cat)
        async with refills(parts) as refill:
            for i in range(228):
                await ask(parts, replace(cat, temp_xy=i / 57), times)
            for _ in range(25):
                hits += sum(ready is not None for ready in await ask(parts, cat, 4))
                await refill()
        assert parts.store.held()[0] <= SIZES.pools
    assert hits >= 97


async def test_a_drawing_is_handed_out_again_only_on_request(cat: DrawRequest) -> None:
    """`again` gives those of this pool that were handed out, one after the other, or none."""
    async with running() as parts:
        await ask(parts, cat, 3)
        await full(parts, cat)
        assert parts.pools.again(cat) is None
        found = await ask(parts, cat, 3)
        assert [parts.pools.again(cat) for _ in range(4)] == [*found, found[0]]
        assert parts.pools.again(replace(cat, temp_xy=0.9)) is None


async def test_entries_that_cannot_be_read_are_passed_over(cat: DrawRequest, caplog: pytest.LogCaptureFixture) -> None:
    """Garbage in a pool costs nobody an answer; it is counted, and said once."""
    async with running() as parts:
        await ask(parts, cat, 3)
        await full(parts, cat)
        good = await parts.store.take(Key.of(cat), 1)
        await parts.store.take(Key.of(cat), 99)
        await parts.store.put(Lease(Key.of(cat), 8), [b"garbage"] * 5 + good)
        assert await parts.pools.take(cat) == from_entry(good[0])
        assert parts.count("inkstream_pool_unreadable_total") == 5
    assert len([record for record in caplog.records if "cannot be read" in record.getMessage()]) == 1


async def test_a_refill_that_fails_is_tried_again_later(
    cat: DrawRequest, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the device is broken the log says it once and pools stay empty; when it is well they are filled."""
    tries: list[int] = []

    async def fail(requests: list[DrawRequest], *, spare: bool = False, owner: Hashable = None) -> None:
        tries.append(len(requests))
        raise DecodingFailed("on purpose")

    async with running() as parts:
        monkeypatch.setattr(parts.engine, "draw", fail)
        for _ in range(20):
            await ask(parts, cat, 3)
            await asyncio.sleep(0)
        await asyncio.to_thread(until, lambda: tries == [8])
        monkeypatch.undo()
        parts.now = 10
        await asyncio.to_thread(until, lambda: not parts.refiller._wanted)
        assert await parts.pools.take(cat) is None
        await full(parts, cat)
    assert len([record for record in caplog.records if record.levelno >= logging.ERROR]) == 1


async def test_closing_in_the_middle_of_a_refill(cat: DrawRequest) -> None:
    """What is half done is dropped, and nothing hangs."""
    parts = Parts()
    parts.engine.start()
    parts.pools.start()
    await ask(parts, cat, 3)
    await asyncio.sleep(0)
    await parts.pools.close()
    assert parts.engine.is_idle()
    await asyncio.to_thread(parts.engine.close)
    assert repr(parts.engine).endswith("<Scheduler 0 waiting, 0 running, 0 parked>>")
