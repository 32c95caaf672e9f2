"""What takes too long is cancelled, as `asyncio.timeout` does it, by one timer for all."""

import asyncio

import pytest

from app.routes.patience import Patience

pytestmark = pytest.mark.anyio
LONG = 60.0  # seconds that nothing here takes


async def test_what_takes_too_long_ends() -> None:
    """With TimeoutError, and its task goes on after it, as often as that happens."""
    patience = Patience(0.01)
    for _ in range(2):
        with pytest.raises(TimeoutError), patience:
            await asyncio.sleep(LONG)
    task = asyncio.current_task()
    assert task is not None
    assert task.cancelling() == 0


async def test_each_has_its_own_time() -> None:
    """Those within at the same time end by themselves, and who began later ends later."""
    patience, ended = Patience(0.2), []

    async def wait(name: str) -> None:
        with pytest.raises(TimeoutError), patience:
            await asyncio.sleep(LONG)
        ended.append(name)

    first = asyncio.create_task(wait("first"))
    await asyncio.sleep(0.1)
    second = asyncio.create_task(wait("second"))
    with patience:
        await asyncio.sleep(0)
    await first
    assert ended == ["first"]
    await second


async def test_what_is_in_time_is_left_alone() -> None:
    """However often, and for longer together than one of them may take; errors pass."""
    patience = Patience(0.05)
    for _ in range(20):
        with patience:
            await asyncio.sleep(0.005)
    with pytest.raises(KeyError), patience:
        raise KeyError
    assert patience._timer is not None
    patience.close()
    await asyncio.sleep(0.06)
    assert patience._timer is None


async def test_who_is_cancelled_by_another_is_cancelled() -> None:
    """Whether its time was up at that moment or not."""
    patience = Patience(0.01)
    within = asyncio.Event()

    async def wait() -> None:
        with patience:
            within.set()
            await asyncio.sleep(LONG)

    for late in (False, True):
        within.clear()
        task = asyncio.create_task(wait())
        await within.wait()
        if late:
            patience._since[task] = (0.0, 0)
            patience._look()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task


async def test_one_timer_serves_all() -> None:
    """It is set where there is none, and not again for whoever comes while it is."""
    patience, loop = Patience(LONG), asyncio.get_running_loop()
    with patience:
        pass
    timer = patience._timer
    for _ in range(3):
        with patience:
            await asyncio.sleep(0)
    assert patience._timer is timer
    assert timer is not None
    assert timer.when() <= loop.time() + LONG
    patience.close()
