import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import pytest
import torch

from app.catalogue import load_catalogue
from app.engine import DrawRequest, Engine
from app.errors import QueueFull, ShuttingDown, TooLate
from tests.app.tiny import until

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
def cat(checkpoints: Path) -> DrawRequest:
    return DrawRequest(load_catalogue(checkpoints, "cpu").find("cat").checkpoint(), seed=7, temp_xy=0.5, temp_p=0.5)


@asynccontextmanager
async def running(queue_limit: int = 8, deadline: float = 30, threads: int = 1) -> AsyncIterator[Engine]:
    engine = Engine(threads=threads, queue_limit=queue_limit, deadline=deadline)
    engine.start()
    try:
        yield engine
    finally:
        await asyncio.to_thread(engine.close)


@asynccontextmanager
async def busy(engine: Engine) -> AsyncIterator[None]:
    """The engine's thread is occupied inside, and free again after."""
    begun, free = threading.Event(), threading.Event()

    def occupy() -> None:
        begun.set()
        free.wait(30)

    occupied = asyncio.create_task(engine.run(occupy))
    await asyncio.to_thread(begun.wait, 30)
    try:
        yield
    finally:
        free.set()
        await occupied


async def waits(engine: Engine, count: int) -> None:
    await asyncio.to_thread(until, lambda: repr(engine) == f"<Engine open, {count} waiting>")


async def test_a_request_gets_its_drawing(cat: DrawRequest) -> None:
    """What is asked for together is drawn as if each was asked for alone."""
    async with running() as engine:
        first, again = await asyncio.gather(engine.draw(cat), engine.draw(cat))
    assert first.seed == 7
    assert (first.stroke5 == again.stroke5).all()


async def test_one_thread_of_its_own_does_all_work() -> None:
    """All work is done in one thread, not the event loop's, with the CPU threads that the settings say."""
    async with running(threads=2) as engine:
        seen = {await engine.run(lambda: (threading.current_thread().name, torch.get_num_threads())) for _ in range(3)}
    assert seen == {("engine", 2)}


async def test_the_queue_is_bounded(cat: DrawRequest) -> None:
    """One more request than may wait is refused at once; those that wait are drawn."""
    async with running(queue_limit=2) as engine:
        async with busy(engine):
            waiting = [asyncio.create_task(engine.draw(cat)) for _ in range(2)]
            await waits(engine, 2)
            with pytest.raises(QueueFull):
                await engine.draw(cat)
        assert len(await asyncio.gather(*waiting)) == 2


async def test_a_late_request_ends_and_leaves_the_queue(cat: DrawRequest) -> None:
    """At its deadline a request that waits is given up, and its place is free."""
    async with running(queue_limit=1, deadline=0.05) as engine, busy(engine):
        for _ in range(2):
            with pytest.raises(TooLate):
                await engine.draw(cat)
        await waits(engine, 0)


async def test_a_cancelled_request_leaves_the_queue(cat: DrawRequest) -> None:
    """Cancelling a request that waits frees its place at once, and it is never drawn."""
    async with running(queue_limit=1) as engine:
        async with busy(engine):
            gone = asyncio.create_task(engine.draw(cat))
            await waits(engine, 1)
            gone.cancel()
            await waits(engine, 0)
            stays = asyncio.create_task(engine.draw(cat))
            await waits(engine, 1)
        assert (await stays).seed == 7
        with pytest.raises(asyncio.CancelledError):
            await gone


async def test_a_failure_fails_its_request_only(cat: DrawRequest) -> None:
    """Whatever the work raises reaches whoever asked, and the thread goes on."""
    async with running() as engine:
        for error in (ValueError, SystemExit):
            with pytest.raises(error):
                await engine.run(partial(raise_, error))
        assert (await engine.draw(cat)).seed == 7


def raise_(error: type[BaseException]) -> None:
    raise error("on purpose")


async def test_closing_ends_every_request(cat: DrawRequest) -> None:
    """At shutdown what runs is finished, what waits is refused, and so is what comes after."""
    engine = Engine(threads=1, queue_limit=8, deadline=30)
    engine.start()
    async with busy(engine):
        waiting = [asyncio.create_task(engine.draw(cat)) for _ in range(3)]
        await waits(engine, 3)
        closing = asyncio.create_task(asyncio.to_thread(engine.close))
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(result) for result in results] == [ShuttingDown] * 3
        with pytest.raises(ShuttingDown):
            await engine.draw(cat)
    await closing
    assert repr(engine) == "<Engine closed, 0 waiting>"
    assert not engine._thread.is_alive()
