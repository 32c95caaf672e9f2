import asyncio
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress

import pytest

from app.engine.metrics import Metrics
from app.errors import QueueFull, TooLate
from app.formats.aside import SMALL
from app.formats.render_pool import Lane, RenderPool

pytestmark = pytest.mark.anyio


async def nothing() -> None:
    pass


async def drawn(
    pool: RenderPool,
    draw: Callable[[], Awaitable[None]],
    work: Callable[[], bytes],
    deadline: float = 30,
    *,
    client: str = "",
    cost: int = 1,
) -> bytes:
    """What `work` gives in a turn, once `draw` is over."""
    async with pool.turn(deadline, client=client, cost=cost) as lane:
        await draw()
        return await lane.run(work)


def write(pool: RenderPool, work: Callable[[], bytes], *, client: str = "", cost: int = 1) -> asyncio.Task[bytes]:
    return asyncio.create_task(drawn(pool, nothing, work, client=client, cost=cost))


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
    """What takes as long is written one after the other, in a thread that is not the event loop's."""
    pool = RenderPool(9, Metrics())
    go = threading.Event()
    names: list[str] = []

    def work() -> bytes:
        assert go.wait(10)
        names.append(threading.current_thread().name)
        return b"ink"

    tasks = [write(pool, work) for _ in range(3)]
    await asyncio.sleep(0.01)
    assert not any(task.done() for task in tasks)
    go.set()
    assert await asyncio.gather(*tasks) == [b"ink"] * 3
    assert len(set(names)) == 1
    assert threading.current_thread().name not in names
    await pool.close()


async def test_small_work_does_not_wait_for_large() -> None:
    """However many large pictures are in progress and wait, a small one is written; and the other way round."""
    for first, second in ((SMALL + 1, SMALL), (SMALL, SMALL + 1)):
        pool, go = RenderPool(99, Metrics()), threading.Event()
        held = [write(pool, lambda go=go: b"%d" % go.wait(10), cost=first) for _ in range(40)]  # type: ignore[misc]
        assert await write(pool, lambda: b"ink", cost=second) == b"ink"
        go.set()
        assert await asyncio.gather(*held) == [b"1"] * 40
        await pool.close()


async def test_clients_have_their_turns_one_by_one() -> None:
    """One that asks for forty large pictures does not have another wait for all of them."""
    pool, go, order = RenderPool(99, Metrics()), threading.Event(), []

    def work(name: str) -> bytes:
        go.wait(10)
        order.append(name)
        return b""

    tasks = [write(pool, lambda: work("ann"), client="ann", cost=SMALL + 1) for _ in range(40)]
    await asyncio.sleep(0)
    tasks += [write(pool, lambda: work("bob"), client="bob", cost=SMALL + 1) for _ in range(2)]
    await asyncio.sleep(0.01)
    go.set()
    await asyncio.gather(*tasks)
    assert "bob" in order[:4]
    assert order[:6].count("bob") == 2
    await pool.close()


async def test_drawings_are_decoded_when_they_can_soon_be_written() -> None:
    """A hundred who wait for large pictures do not have all of them decoded at once."""
    pool, begun, go = RenderPool(99, Metrics()), [], threading.Event()

    async def draw() -> None:
        begun.append(1)

    tasks = [asyncio.create_task(drawn(pool, draw, lambda: b"%d" % go.wait(10), cost=SMALL + 1)) for _ in range(90)]
    await asyncio.sleep(0.02)
    assert len(begun) == 2
    go.set()
    await asyncio.gather(*tasks)
    assert len(begun) == 90
    await pool.close()


async def test_what_nobody_waits_for_is_not_written() -> None:
    """Cancelled before its turn, it never begins; its failure reaches its own caller only."""
    pool = RenderPool(9, Metrics())
    go, begun = threading.Event(), threading.Event()
    first = write(pool, lambda: b"%d" % go.wait(10))

    def work() -> bytes:
        begun.set()
        return b""

    second = write(pool, work)
    await asyncio.sleep(0.01)
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    go.set()
    assert await first == b"1"
    with pytest.raises(ZeroDivisionError):
        await write(pool, lambda: bytes(1 // 0))
    assert await write(pool, lambda: b"after") == b"after"
    assert not begun.is_set()
    assert pool.taken == 0
    await pool.close()


async def test_turns_are_given_back_whatever_happens() -> None:
    """By those who are cancelled while they wait, as their turn comes, or inside; as many as before can go."""
    lane, inside = Lane("test", ahead=2), []

    async def one(client: int) -> None:
        async with lane.turn(client):
            inside.append(client)
            await asyncio.sleep(0.001 * (client % 3))

    for i in range(60):
        tasks = [asyncio.create_task(one(client)) for client in range(8)]
        for step in range(i % 5):
            await asyncio.sleep(0)
            tasks[(i + step) % 8].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert (lane._free, len(lane._waiting)) == (2, 0)
    assert len(inside) > 60 * 4
    await lane.close()


async def test_who_waits_too_long_is_told() -> None:
    """The deadline counts from the place in the queue, and a turn that never came is not held."""
    pool, go = RenderPool(9, Metrics()), threading.Event()
    first = [write(pool, lambda: b"%d" % go.wait(10), cost=SMALL + 1) for _ in range(2)]
    await asyncio.sleep(0.01)
    with pytest.raises(TooLate):
        await drawn(pool, nothing, lambda: b"", 0.01, cost=SMALL + 1)
    go.set()
    assert await asyncio.gather(*first) == [b"1", b"1"]
    assert await write(pool, lambda: b"after", cost=SMALL + 1) == b"after"
    await pool.close()
