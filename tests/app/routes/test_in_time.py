import asyncio

import pytest

from app.routes.in_time import in_time

pytestmark = pytest.mark.anyio


async def waits(future: "asyncio.Future[int]", seen: list[str]) -> int:
    """Work that waits, and notes what becomes of it."""
    try:
        await asyncio.sleep(0)
        return await future
    except asyncio.CancelledError:
        seen.append("cancelled")
        raise
    finally:
        seen.append("over")


@pytest.mark.parametrize("seconds", [None, 60.0])
async def test_what_the_work_returns_is_returned(seconds: float | None) -> None:
    """Whether it waits for something or not."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    loop.call_soon(loop.call_soon, future.set_result, 7)
    assert await in_time(waits(future, []), seconds) == 7

    async def at_once() -> int:
        return 8

    assert await in_time(at_once(), seconds) == 8


async def test_an_error_of_the_work_is_raised() -> None:
    """At once, or after it waited."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[int] = loop.create_future()
    loop.call_soon(loop.call_soon, future.set_exception, KeyError("late"))
    with pytest.raises(KeyError, match="late"):
        await in_time(waits(future, []), 60)

    async def fail() -> None:
        raise KeyError("early")

    with pytest.raises(KeyError, match="early"):
        await in_time(fail(), 60)


async def test_what_takes_too_long_is_cancelled() -> None:
    """By the time, or by whoever cancels the task; the work can tidy up."""
    loop = asyncio.get_running_loop()
    seen: list[str] = []
    with pytest.raises(TimeoutError):
        await in_time(waits(loop.create_future(), seen), 0.01)
    task = asyncio.create_task(in_time(waits(loop.create_future(), seen), 60))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert seen == ["cancelled", "over"] * 2
