import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from app.errors import ClientGone
from app.routes.disconnect import unless_gone

pytestmark = pytest.mark.anyio


def request(gone: asyncio.Event) -> Request:
    messages = [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive() -> Message:
        if messages:
            return messages.pop()
        await gone.wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)


async def work(begun: asyncio.Event, cancelled: asyncio.Event) -> None:
    """More of it than anybody waits for."""
    begun.set()
    try:
        await asyncio.sleep(60)
    finally:
        cancelled.set()


async def test_work_ends_when_its_client_goes() -> None:
    """A client that hangs up cancels the work that was for it."""
    gone, cancelled = asyncio.Event(), asyncio.Event()
    with pytest.raises(ClientGone):
        await unless_gone(request(gone), work(gone, cancelled))
    assert cancelled.is_set()


async def test_work_is_handed_on_while_its_client_stays() -> None:
    """The result of the work, or its error, is that of the call; nothing keeps listening for the client."""

    async def fail() -> None:
        raise KeyError("work")

    before = asyncio.all_tasks()
    assert await unless_gone(request(asyncio.Event()), asyncio.sleep(0, "done")) == "done"
    with pytest.raises(KeyError):
        await unless_gone(request(asyncio.Event()), fail())
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_cancelling_the_call_cancels_the_work() -> None:
    """A server that cancels its handler cancels the work too."""
    begun, cancelled = asyncio.Event(), asyncio.Event()
    call = asyncio.create_task(unless_gone(request(asyncio.Event()), work(begun, cancelled)))
    await begun.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert cancelled.is_set()


async def test_a_time_limit_of_the_work_is_its_own() -> None:
    """Work that took too long is no client that left."""

    async def late() -> None:
        async with asyncio.timeout(0):
            await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        await unless_gone(request(asyncio.Event()), late())


async def test_a_client_that_cannot_be_heard_has_gone() -> None:
    """A server that fails when it is asked for the client ends the work."""

    async def receive() -> Message:
        await begun.wait()
        raise OSError("the connection is lost")

    begun, cancelled = asyncio.Event(), asyncio.Event()
    lost = Request({"type": "http", "method": "GET", "path": "/", "headers": []}, receive)
    with pytest.raises(ClientGone):
        await unless_gone(lost, work(begun, cancelled))
    assert cancelled.is_set()


async def test_the_work_is_done_in_the_task_that_calls() -> None:
    """So that its result is there in the turn of the event loop in which it is known."""

    async def task() -> asyncio.Task[object] | None:
        return asyncio.current_task()

    assert await unless_gone(request(asyncio.Event()), task()) is asyncio.current_task()
