"""Awaiting for so long at most, without a timer where nothing is waited for: a timer costs as much as a message."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any, Generic, TypeVar

T = TypeVar("T")


async def in_time(work: Coroutine[Any, Any, T], seconds: float | None) -> T:
    """What the work returns. Raises TimeoutError where that takes longer; None is as long as it likes."""
    if seconds is None:
        return await work
    try:
        waited = work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    async with asyncio.timeout(seconds):
        return await _Rest(work, waited)


class _Rest(Generic[T]):
    """What is left of work that was begun, and waits for something."""

    def __init__(self, work: Coroutine[Any, Any, T], waited: object) -> None:
        self._work = work
        self._waited = waited

    def __await__(self) -> Generator[Any, Any, T]:
        waited = self._waited
        try:
            while True:
                try:
                    sent = yield waited
                except BaseException as error:  # noqa: BLE001 - the work is told whatever it is
                    waited = self._work.throw(error)
                else:
                    waited = self._work.send(sent)
        except StopIteration as done:
            result: T = done.value
            return result
        finally:
            self._work.close()
