import asyncio
import threading
from contextlib import suppress

import pytest

from app.engine.metrics import Metrics
from app.errors import QueueFull
from app.formats.render_pool import RenderPool

pytestmark = pytest.mark.anyio


async def test_places_are_bounded_and_given_back() -> None:
    """One beyond is refused at once; whoever leaves, by an error too, makes room, and the gauge says so."""
    metrics = Metrics()
    pool = RenderPool(1, metrics)
    for _ in range(3):
        with suppress(KeyError), pool.place():
            assert pool.taken == 1
            assert metrics.registry.get_sample_value("inkstream_pending_pictures") == 1
            with pytest.raises(QueueFull), pool.place():
                raise AssertionError
            raise KeyError
    assert pool.taken == metrics.registry.get_sample_value("inkstream_pending_pictures") == 0
    await pool.close()


async def test_one_thread_writes_and_the_loop_goes_on() -> None:
    """Whatever is written is written one after the other, in a thread that is not the event loop's."""
    pool = RenderPool(9, Metrics())
    go = threading.Event()
    names: list[str] = []

    def work() -> bytes:
        assert go.wait(10)
        names.append(threading.current_thread().name)
        return b"ink"

    tasks = [asyncio.create_task(pool.write(work)) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert not any(task.done() for task in tasks)
    go.set()
    assert await asyncio.gather(*tasks) == [b"ink"] * 3
    assert len(set(names)) == 1
    assert threading.current_thread().name not in names
    await pool.close()


async def test_what_nobody_waits_for_is_not_written() -> None:
    """Cancelled before its turn, it never begins; its failure reaches its own caller only."""
    pool = RenderPool(9, Metrics())
    go = threading.Event()
    first = asyncio.create_task(pool.write(lambda: b"%d" % go.wait(10)))
    begun = threading.Event()

    def work() -> bytes:
        begun.set()
        return b""

    second = asyncio.create_task(pool.write(work))
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    go.set()
    assert await first == b"1"
    with pytest.raises(ZeroDivisionError):
        await pool.write(lambda: bytes(1 // 0))
    assert await pool.write(lambda: b"after") == b"after"
    assert not begun.is_set()
    await pool.close()
