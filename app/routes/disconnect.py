"""Work that stops when nobody waits for it any more."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

from starlette.requests import Request

from app.errors import ClientGone

T = TypeVar("T")

log = logging.getLogger(__name__)


async def unless_gone(request: Request, work: Coroutine[Any, Any, T]) -> T:
    """The result of `work`; cancels it and raises ClientGone if the client hangs up before.

    ASGI servers do not cancel a handler whose client is gone: they only say so to a handler that asks. The work is done
    in the task that calls, for each task that waits for another waits for a turn of the event loop more.
    """
    try:
        async with asyncio.timeout(None) as patience:
            leaving = asyncio.create_task(_leaves(request, patience))
            try:
                return await work
            finally:
                leaving.cancel()
    except TimeoutError:
        if not patience.expired():  # the work's own
            raise
        raise ClientGone("The client hung up.") from None


async def _leaves(request: Request, patience: asyncio.Timeout) -> None:
    """Wait no longer once the client has gone, or it cannot be known whether it has."""
    try:
        while (await request.receive())["type"] != "http.disconnect":
            pass
    except Exception:  # of the server: nobody will be there for the answer
        log.debug("a client is taken to be gone", exc_info=True)
    patience.reschedule(0)
